"""Upper stages learn from what those below have made of each row, which is computed once.

Maps are kept as half-precision floats in a file that has no name and goes with the process; a batch
reads its own rows, so that memory does not grow with their number. The stages that stand are read
without dropout: every pass sees the same maps.

Shapes: n rows, b rows of a batch, t tokens of a row or pictures of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
import torch
from torch import Tensor, nn

from headstart.families.neural._pupil import Pupil, descend
from headstart.training.adam import Group
from headstart.training.holding import HeldOut

_SHARE_OF_HELD_OUT, _SHARE_OF_MAPS = 0.15, 0.5  # of the session's time
_LARGEST = 65_000.0

Batches = Iterable[tuple[Tensor, Tensor]]
"""Rows (b,) and what was made of them (b, t, ...), batch by batch; at least one batch."""


def descend_on_maps(
    pupil: Pupil,
    groups: list[Group],
    held: HeldOut | None,
    upper: nn.Module,
    batches: Batches,
    lengths: Tensor | None = None,
) -> None:
    """Train the stages that move on the maps of those that stand.

    Args:
        upper: the stages that move, fed with maps in the place of the pupil's first input.
        batches: held-out rows first, then as many of the others as there is time for.
        lengths: (n,) what counts of a row's map, where rows are not equally long.
    """
    with Maps(pupil.session.folder, len(pupil.lesson.rows), lengths) as maps:
        rows = torch.cat([maps.add(*batch) for batch in batches])
        if not pupil.session.kept:
            pupil.session.spend(len(rows) / 1000)
        below = replace(pupil, network=upper, inputs=(maps, *pupil.inputs[1:]))
        descend(below, groups, held, only=rows)


def parts_to_read(held: HeldOut | None, order: Tensor) -> list[tuple[Tensor, float]]:
    """Rows to make maps of, and the share of the session's time left that each part may take.

    Both are begun in any case: without the first nobody knows when to stop, without the second
    nothing is learned.
    """
    learned = (order, _SHARE_OF_MAPS)
    return [learned] if held is None else [(held.rows[0], _SHARE_OF_HELD_OUT), learned]


class Maps:
    """Maps of rows in a file; a batch of them is as long as its longest row.

    Args:
        folder: where there is room for the file, which nobody else sees.
        count: n.
        lengths: (n,), or None where maps are equally long.

    Example:
        >>> from tempfile import mkdtemp
        >>> with Maps(Path(mkdtemp()), 3, torch.tensor([2, 1, 4])) as maps:
        ...     read = maps.add(torch.tensor([1, 0]), torch.ones(2, 2, 1))
        ...     maps[torch.tensor([0, 1])].flatten(1)
        tensor([[1., 1.],
                [1., 0.]], dtype=torch.float16)
    """

    def __init__(self, folder: Path, count: int, lengths: Tensor | None = None) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115  # closed by `with`
        self._starts = np.full(count, -1, dtype=np.int64)
        self._lengths = None if lengths is None else lengths.numpy()
        self._shape: tuple[int, ...] = ()
        self._written = 0

    def __enter__(self) -> Maps:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def add(self, rows: Tensor, values: Tensor) -> Tensor:
        """Keep maps (b, t, ...) of these rows, which are given back."""
        halves = values.clamp(-_LARGEST, _LARGEST).half().numpy()
        self._shape = halves.shape[1:]
        for row, each in zip(rows.tolist(), halves, strict=True):
            written = np.ascontiguousarray(each[: self._length(row)]).tobytes()
            self._file.write(written)
            self._starts[row] = self._written
            self._written += len(written)
        return rows

    def __getitem__(self, rows: Tensor) -> Tensor:
        """(b, t, ...), half precision; zeros where a row is short, or was not read in time."""
        places = rows.tolist()
        longest = max(map(self._length, places))
        found = np.zeros((len(places), longest, *self._shape[1:]), dtype=np.float16)
        for each, row in zip(found, places, strict=True):
            if self._starts[row] >= 0:
                self._file.seek(self._starts[row])
                self._file.readinto(each[: self._length(row)])
        return torch.from_numpy(found)

    def _length(self, row: int) -> int:
        return self._shape[0] if self._lengths is None else int(self._lengths[row])
