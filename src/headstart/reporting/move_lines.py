"""Tensors on their way, a line for each; blocks that fare alike are shown once.

What is done with block 0 of a network is mostly done with all of them. Blocks whose lines differ in
nothing but their number stand under one heading, and blocks that are dropped whole in one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from headstart.records import Move
from headstart.records.inspection import Layer
from headstart.reporting.folding import Stretch, stretches
from headstart.reporting.layout import PLAIN, Paint, hanging, padded

_NUMBER = re.compile(r"(?<=\.)\d+(?=\.)")
_ACTION, _INDENT = 9, 11


def move_lines(moves: Sequence[Move], width: int, paint: Paint = PLAIN) -> Iterator[str]:
    """The target's tensors in their order, then what is dropped."""
    for group in (
        [move for move in moves if move.target],
        [move for move in moves if move.target is None],
    ):
        by_name = {_name(move): move for move in group}
        for stretch in stretches([_as_layer(move) for move in group]):
            if stretch.times > 1:
                yield from _alike(stretch, by_name, width, paint)
                continue
            for layer in stretch.layers:
                yield _line(by_name[layer.name], layer.name, width, paint)


def route_of(move: Move) -> str:
    """How the pair was found, without what else is said of it."""
    return move.because.partition("; ")[0]


def _alike(stretch: Stretch, by_name: dict[str, Move], width: int, paint: Paint) -> Iterator[str]:
    """One heading, and the lines of the first block; one line where all of it is dropped."""
    first = stretch.name.partition(" to ")[0]
    inside = [(layer.name, by_name[f"{first}.{layer.name}"]) for layer in stretch.layers]
    heading = f"{first} to {stretch.name.rpartition('.')[2]}"
    reasons = {(move.action, move.because) for _, move in inside}
    if len(reasons) == 1 and inside[0][1].action == "dropped":
        told = f"{stretch.times} x {len(inside)} tensors, {stretch.parameters:,} parameters"
        start = f"{padded('dropped', _ACTION)}{heading}  "
        because = inside[0][1].because
        yield paint.warning(hanging(start, f"{told}; {because}", width, indent=_INDENT))
        return
    yield f"{padded('', _ACTION)}{heading}: {stretch.times} alike"
    for name, move in inside:
        yield _line(move, f"  {name}", width, paint)


def _line(move: Move, name: str, width: int, paint: Paint) -> str:
    line = hanging(f"{padded(move.action, _ACTION)}{name}  ", _told(move), width, indent=_INDENT)
    return line if move.action == "copied" else paint.warning(line)


def _as_layer(move: Move) -> Layer:
    """What makes two lines alike: all but the numbers of blocks."""
    said = f"{move.action} {_NUMBER.sub('#', _told(move))} {_NUMBER.sub('#', move.because)}"
    return Layer(name=_name(move), kind=said, parameters=move.parameters)


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
    notes = move.because.partition("; ")[2] if move.source and move.target else move.because
    return "; ".join(each for each in (shapes, origin, move.how, notes) if each)
