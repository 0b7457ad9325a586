"""Upper stages learn from what those below have made of each row, which is computed once.

Maps are written to a file of half-precision floats beside the trial, so that memory does not grow
with the rows, and every pass reads that.

Shapes: n rows, b rows of a batch.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from headstart.families.neural._pupil import Pupil, descend
from headstart.training.adam import Group
from headstart.training.holding import HeldOut

SHARE = 0.5  # of the session's time
_LARGEST = 65_000.0


def descend_on_maps(
    pupil: Pupil,
    groups: list[Group],
    held: HeldOut | None,
    upper: nn.Module,
    maps: Iterator[tuple[Tensor, Tensor]],
    shape: Sequence[int] = (),
) -> None:
    """Train the stages that move on the maps of those that stand.

    Args:
        upper: the stages that move, fed with maps in the place of the pupil's first input.
        maps: rows and their maps (b, ...), batch by batch; held-out rows first.
        shape: of the maps of one row, where those of a batch may be smaller; the rest is zero.
    """
    path = pupil.session.folder / "maps.bin"
    try:
        rows, kept = _written(maps, len(pupil.lesson.rows), shape, path)
        pupil.session.spend(len(rows) / 1000)
        below = (_Gathered(kept, rows), *pupil.inputs[1:])
        descend(replace(pupil, network=upper, inputs=below), groups, held, only=rows)
    finally:
        path.unlink(missing_ok=True)


def _written(
    batches: Iterator[tuple[Tensor, Tensor]], count: int, shape: Sequence[int], path: Path
) -> tuple[Tensor, Tensor]:
    """The rows that were read, in their order, and their maps in a file that has room for all."""
    maps, done = torch.empty(0), [torch.empty(0, dtype=torch.int64)]
    for rows, values in batches:
        start = sum(map(len, done))
        if not start:
            whole = (count, *(shape or values.shape[1:]))
            size = math.prod(whole)
            maps = torch.from_file(str(path), shared=True, size=size, dtype=torch.float16)
            maps = maps.view(whole)
        place = (slice(start, start + len(rows)), *map(slice, values.shape[1:]))
        maps[place] = values.clamp(-_LARGEST, _LARGEST).half()
        done.append(rows)
    return torch.cat(done), maps


class _Gathered:
    """Maps by the positions of rows among all.

    Args:
        maps: (n, ...), of which the first are those of `rows`.
    """

    def __init__(self, maps: Tensor, rows: Tensor) -> None:
        self._maps = maps
        self._places = torch.zeros(len(maps), dtype=torch.int64)
        self._places[rows] = torch.arange(len(rows))

    def __getitem__(self, rows: Tensor) -> Tensor:
        return self._maps[self._places[rows]]
