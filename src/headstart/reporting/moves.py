"""What became of every tensor: a document for programs, and lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from headstart.errors import listed
from headstart.records import Check, Move, Receipt
from headstart.records.plain import plain
from headstart.records.receipt import Action
from headstart.reporting.contract import SCHEMA, Document
from headstart.reporting.layout import PLAIN, Paint, hanging
from headstart.reporting.move_lines import move_lines, route_of
from headstart.reporting.wording import percent

_ACTIONS: tuple[Action, ...] = ("copied", "adapted", "new", "dropped")
_FIELDS = (
    *("source", "target", "action", "how", "from_shape", "to_shape", "because"),
    *("parameters", "sources"),
)
_MOST_LINES = 400
_USUAL = "of the same name"


def weights_document(
    receipt: Receipt,
    *,
    source: str,
    target: str,
    out: str | None,
    plan: str | None,
    should_preserve: bool,
) -> Document:
    """`weights --json`.

    Where nothing was applied, `check.function_preserved` is what the plan promises, and nothing
    is measured.
    """
    check = plain(receipt.check)
    if out is None:
        check["function_preserved"] = should_preserve
    moves = [{name: plain(getattr(move, name)) for name in _FIELDS} for move in receipt.moves]
    return {
        "schema": SCHEMA,
        "source": source,
        "target": target,
        "applied": out is not None,
        "coverage": receipt.coverage,
        "parameters": _parameters(receipt.moves),
        "moves": moves,
        "check": check,
        "preprocessing": list(receipt.preprocessing),
        "out": out,
        "plan": plan,
    }


def moves(receipt: Receipt, width: int, *, paint: Paint = PLAIN) -> str:
    """Every tensor, blocks that fare alike once; then the sums, then what was measured.

    Tensors that are put together with others stand in the line of what they become.
    """
    shown = [move for move in receipt.moves if move.target or move.action == "dropped"]
    lines = list(move_lines(shown, width, paint))
    if len(lines) > _MOST_LINES:
        more = len(lines) - _MOST_LINES
        lines = [*lines[:_MOST_LINES], f"(+{more} more lines; --json and --plan have them all)"]
    along = [f"Taken along: {listed(receipt.preprocessing)}."]
    taken = along if receipt.preprocessing else []
    ends = [*_sums(shown, receipt.coverage), *_routes(shown, width), *_measured(receipt.check)]
    return "\n".join([*lines, "", *ends, *taken])


def _sums(shown: Sequence[Move], coverage: float | None) -> list[str]:
    counts = Counter(move.action for move in shown)
    sizes = _parameters(shown)
    told = ", ".join(
        f"{counts[action]} {action} ({sizes[action]:,} parameters)"
        for action in _ACTIONS
        if counts[action]
    )
    covered = percent(coverage or 0.0)
    return [f"{told}.", f"{covered} of the target's parameters come from the source."]


def _routes(shown: Sequence[Move], width: int) -> list[str]:
    """By which rules the pairs were found, the most frequent first; nothing where names agree."""
    found = Counter(route_of(move) for move in shown if move.source and move.target)
    if set(found) <= {_USUAL}:
        return []
    told = ", ".join(f"{route} ({count})" for route, count in found.most_common())
    return [hanging("Found: ", f"{told}.", width, indent=7)]


def _measured(check: Check) -> list[str]:
    lines = []
    if check.max_difference is not None:
        lines.append(f"Largest difference: {check.max_difference:.2g} ({check.compared}).")
    elif check.compared:
        lines.append(f"Compared: {check.compared}.")
    if check.function_preserved:
        lines.append("The target computes what the source does.")
    if check.first_loss is not None and check.expected_loss is not None:
        lines.append(
            f"First loss {check.first_loss:.3f} nats; ln(classes) is {check.expected_loss:.3f}."
        )
    if check.is_finite:
        lines.append("Outputs, loss and all gradients of one pass are finite.")
    return lines


def _parameters(found: Sequence[Move]) -> dict[str, int]:
    return {
        action: sum(move.parameters for move in found if move.action == action)
        for action in _ACTIONS
    }
