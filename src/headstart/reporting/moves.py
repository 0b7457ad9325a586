"""What became of every tensor: a document for programs, and lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from headstart.errors import listed
from headstart.records import Check, Move, Receipt
from headstart.records.plain import plain
from headstart.records.receipt import Action
from headstart.reporting.contract import SCHEMA, Document
from headstart.reporting.layout import PLAIN, Paint, hanging, padded
from headstart.reporting.wording import percent

_ACTIONS: tuple[Action, ...] = ("copied", "adapted", "new", "dropped")
_FIELDS = (
    *("source", "target", "action", "how", "from_shape", "to_shape", "because"),
    *("parameters", "sources"),
)
_MOST_MOVES = 400


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
    """Every tensor, then the sums, then what was measured."""
    text = []
    for move in receipt.moves[:_MOST_MOVES]:
        line = hanging(f"{padded(move.action, 9)}{_name(move)}  ", _told(move), width, indent=11)
        text.append(line if move.action == "copied" else paint.warning(line))
    if len(receipt.moves) > _MOST_MOVES:
        more = len(receipt.moves) - _MOST_MOVES
        text.append(f"(+{more} more; --json and --plan have them all)")
    along = [f"Taken along: {listed(receipt.preprocessing)}."]
    taken = along if receipt.preprocessing else []
    return "\n".join([*text, "", *_sums(receipt), *_measured(receipt.check), *taken])


def _name(move: Move) -> str:
    return move.target or move.source or ""


def _told(move: Move) -> str:
    """Shapes, the source where it has another name, what is done and why."""
    before, after = (
        "" if shape is None else "x".join(map(str, shape)) or "1"
        for shape in (move.from_shape, move.to_shape)
    )
    shapes = f"{before} -> {after}" if before and after and before != after else after or before
    sources = " + ".join(move.sources) or move.source or ""
    origin = f"from {sources}" if move.target and sources not in ("", move.target) else ""
    notes = move.because.partition("; ")[2]  # after the route by which it was found
    reasons = [origin, move.how, notes if move.action == "copied" else move.because]
    return "; ".join(each for each in (shapes, *reasons) if each)


def _sums(receipt: Receipt) -> list[str]:
    counts = Counter(move.action for move in receipt.moves)
    sizes = _parameters(receipt.moves)
    told = ", ".join(
        f"{counts[action]} {action} ({sizes[action]:,} parameters)"
        for action in _ACTIONS
        if counts[action]
    )
    covered = percent(receipt.coverage or 0.0)
    return [f"{told}.", f"{covered} of the target's parameters come from the source."]


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
