"""A plan as TOML: to be read, edited by hand, and applied again.

Shapes and reasons are written for people; what is read back are sources, targets, actions, steps
and first values. Everything else is found out anew from source and target.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from headstart.errors import AskError, WeightsError, listed, unknown_name
from headstart.records.receipt import Action
from headstart.storage.folders import write_file
from headstart.weights.surgery.plan import Fill, Plan, PlannedMove, with_moves
from headstart.weights.surgery.step import Step
from headstart.weights.surgery.steps import STEPS

SCHEMA = 1
_KEYS = frozenset(
    (
        *("target", "sources", "action", "steps", "fill", "values", "because", "how", "choices"),
        *("from_shape", "to_shape"),
    )
)


def save_plan(plan: Plan, path: str | Path) -> None:
    """Write a plan, in one step."""
    write_file(Path(path), plan_text(plan))


def plan_text(plan: Plan) -> str:
    """A plan as TOML."""
    import tomli_w

    head = {"schema": SCHEMA, "source": plan.source, "target": plan.target}
    return tomli_w.dumps({**head, "moves": [_written(move) for move in plan.moves]})


def edited_plan(made: Plan, path: str | Path) -> Plan:
    """A fresh plan of the same source and target, with the moves of a file in place of its own.

    Raises:
        AskError: the file is no plan, or names what there is not.
        WeightsError: a tensor is missing in it, there twice, or cannot be moved so.
    """
    document = _read(Path(path))
    raw = document["moves"]
    moves = [_move(entry, made, number) for number, entry in enumerate(raw, start=1)]
    used = {name for move in moves if move.target is not None for name in move.sources}
    moves = [move for move in moves if move.action != "dropped" or not {*move.sources} & used]
    known = used | {name for move in moves for name in move.sources}
    parts = made.material.anatomy.parts
    moves += [
        PlannedMove(
            action="dropped",
            sources=(name,),
            because="the plan was edited so",
            from_shape=part.shape,
            parameters=part.size if part.is_parameter and not part.tied else 0,
        )
        for name, part in parts.items()
        if name not in known
    ]
    return with_moves(made, tuple(moves))


def _written(move: PlannedMove) -> dict[str, Any]:
    entry: dict[str, Any] = {"action": move.action}
    if move.target is not None:
        entry["target"] = move.target
    if move.sources:
        entry["sources"] = list(move.sources)
    if move.action == "new":
        entry["fill"] = move.fill
        entry |= {"values": list(move.values)} if move.values else {}
    for key, value in (
        ("because", move.because),
        ("how", move.how),
        ("choices", list(move.choices)),
        ("from_shape", list(move.from_shape or ())),
        ("to_shape", list(move.to_shape or ())),
    ):
        if value:
            entry[key] = value
    if move.steps:
        entry["steps"] = [{"step": step.name, **step.options} for step in move.steps]
    return entry


def _read(path: Path) -> dict[str, Any]:
    hint = "Write a plan with: headstart weights SOURCE TARGET --plan NEW.toml"
    if not path.is_file():
        raise AskError(f"there is no plan `{path}`.", hint)
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise AskError(f"`{path}` is not TOML: {error}.", hint) from None
    moves = document.get("moves")
    if document.get("schema") != SCHEMA or not isinstance(moves, list):
        raise AskError(f"`{path}` is no plan: `schema = {SCHEMA}` and moves are expected.", hint)
    return document


def _move(entry: Mapping[str, Any], made: Plan, number: int) -> PlannedMove:
    unknown = set(entry) - _KEYS
    if unknown:
        raise AskError(
            f"move {number} of the plan has {listed(sorted(unknown))}.",
            f"Known: {', '.join(sorted(_KEYS))}.",
        )
    action: Any = entry.get("action")
    if action not in get_args(Action):
        raise unknown_name("action", str(action), list(get_args(Action)), f"move {number}")
    fill = entry.get("fill", "own")
    if fill not in get_args(Fill):
        raise unknown_name("first value", str(fill), list(get_args(Fill)), f"move {number}")
    target = entry.get("target")
    sources = tuple(map(str, entry.get("sources", ())))
    move = PlannedMove(
        action=action,
        target=None if target is None else str(target),
        sources=sources,
        steps=tuple(_step(each, number) for each in entry.get("steps", ())),
        because=str(entry.get("because", "")),
        fill=fill,
        values=tuple(map(float, entry.get("values", ()))),
        choices=tuple(map(str, entry.get("choices", ()))) if action == "new" else (),
    )
    return _measured(move, made)


def _measured(move: PlannedMove, made: Plan) -> PlannedMove:
    """With shapes and sizes as they are, and what is known of the same move in the fresh plan."""
    theirs, ours = made.material.anatomy.parts, made.goal.anatomy.parts
    for name in move.sources:
        if name not in theirs:
            raise unknown_name("tensor", name, list(theirs), "the source")
    if move.target is not None and move.target not in ours:
        raise unknown_name("tensor", move.target, list(ours), "the target")
    part = ours[move.target] if move.target is not None else theirs[move.sources[0]]
    before = theirs[move.sources[0]].shape if move.sources else None
    measured = replace(
        move,
        from_shape=before,
        to_shape=None if move.target is None else part.shape,
        parameters=part.size if part.is_parameter and not part.tied else 0,
        preserves=_preserves(move, made),
    )
    if measured.target is not None and len(measured.values) not in (0, part.size):
        raise WeightsError(
            f"`{move.target}` is to begin with {len(move.values)} values; {part.size} are expected."
        )
    return measured


def _preserves(move: PlannedMove, made: Plan) -> bool:
    """As the fresh plan says, where the move is the same; a changed one promises nothing."""
    same = [
        each
        for each in made.moves
        if (each.target, each.sources, each.action) == (move.target, move.sources, move.action)
        and [(s.name, dict(s.options)) for s in each.steps]
        == [(s.name, dict(s.options)) for s in move.steps]
        and each.fill == move.fill
    ]
    return bool(same) and same[0].preserves


def _step(entry: Mapping[str, Any], number: int) -> Step:
    options = dict(entry)
    name = str(options.pop("step", ""))
    if name not in STEPS:
        raise unknown_name("step", name, list(STEPS), f"move {number}")
    said = f"{name} {options}" if options else name
    return Step(name=name, options=options, said=said)
