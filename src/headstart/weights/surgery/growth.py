"""Blocks that the target has and the source has not: they are begun so that they change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from headstart.weights.surgery import roles
from headstart.weights.surgery.adapting import View
from headstart.weights.surgery.anatomy import is_norm
from headstart.weights.surgery.deepening import LAST_CONVOLUTION, NORMED_LAST, adds_nothing
from headstart.weights.surgery.plan import Fill, PlannedMove

_DETOURS = ("shortcut", "downsample")
Moves = dict[str, PlannedMove]


def grow(moves: Moves, view: View) -> Moves:
    """The moves with those of new blocks: repeated from the last known one, adding nothing."""
    for path, known, fresh in _lists(moves):
        for number in fresh:
            donor = max(each for each in known if each < number)
            moves |= _block(moves, view, path, donor, number)
        if view.target.norms_after and fresh[0] > known[-1]:
            moves |= _moved_norm(moves, path, known[-1], fresh[-1])
    return moves


def _lists(moves: Mapping[str, PlannedMove]) -> list[tuple[str, list[int], list[int]]]:
    """Lists of blocks: path, numbers of blocks that are known, numbers of new ones above one."""
    seen: dict[str, dict[int, bool]] = {}
    for name, move in moves.items():
        for path, number, _ in roles.blocks_of(name):
            blocks = seen.setdefault(path, {})
            blocks[number] = blocks.get(number, False) or bool(move.sources or move.choices)
    found = []
    for path, blocks in seen.items():
        known = [number for number, is_known in blocks.items() if is_known]
        fresh = sorted(number for number in blocks if known and min(known) < number)
        fresh = [number for number in fresh if number not in known]
        if fresh:
            found.append((path, sorted(known), fresh))
    return found


def _block(moves: Moves, view: View, path: str, donor: int, number: int) -> Moves:
    inside = _inside(moves, path, number)
    last = max(
        (int(hit[1]) for name in inside if (hit := LAST_CONVOLUTION.search(name))), default=None
    )
    silent = [name for name in inside if adds_nothing(name, last)]
    detour = any(word in name for word in _DETOURS for name in inside)
    preserves = bool(silent) and not detour
    made = {}
    for inner, move in inside.items():
        assert move.target is not None
        part = view.target.parts[move.target]
        example = moves.get(f"{path}.{donor}.{inner}")
        if inner in silent:
            made[move.target] = _filled(move, "zeros", "a new block begins by adding nothing")
        elif view.target.norms_after and is_norm(part.kind):
            fill: Fill = "ones" if part.leaf == "weight" else "zeros"
            made[move.target] = _filled(move, fill, "what is normed already stays as it is")
        elif _is_plain_square(inner, move):
            fill = "identity" if inner == "weight" else "zeros"
            made[move.target] = _filled(move, fill, "a new layer begins by passing on")
        elif example is not None and example.sources and example.to_shape == move.to_shape:
            because = f"a new block is begun as block {donor} of `{path}`"
            copied = replace(example, target=move.target, because=because, preserves=preserves)
            made[move.target] = replace(copied, action="adapted", parameters=move.parameters)
        else:
            made[move.target] = replace(move, preserves=preserves)
    return made


def _moved_norm(moves: Moves, path: str, donor: int, last: int) -> Moves:
    """The norm at the end of the last known block stands at the end of the last new one."""
    made = {}
    for inner, move in _inside(moves, path, donor).items():
        later = moves.get(f"{path}.{last}.{inner}")
        if not NORMED_LAST.search(inner) or later is None or not move.sources:
            continue
        assert move.target is not None
        assert later.target is not None
        because = f"it moves along to the end of block {last}"
        fill: Fill = "ones" if inner.endswith("weight") else "zeros"
        made[later.target] = replace(
            move, target=later.target, because=f"from the end of block {donor}"
        )
        made[move.target] = _filled(
            replace(move, sources=(), steps=(), action="new", from_shape=None), fill, because
        )
    return made


def _inside(moves: Moves, path: str, number: int) -> Moves:
    start = f"{path}.{number}."
    return {name[len(start) :]: move for name, move in moves.items() if name.startswith(start)}


def _is_plain_square(inner: str, move: PlannedMove) -> bool:
    """Whether a layer stands in the list by itself and has as many outputs as inputs."""
    shape = move.to_shape or ()
    return inner == "bias" or (inner == "weight" and len(shape) > 1 and shape[0] == shape[1])


def _filled(move: PlannedMove, fill: Fill, because: str) -> PlannedMove:
    return replace(move, fill=fill, because=because, preserves=True)
