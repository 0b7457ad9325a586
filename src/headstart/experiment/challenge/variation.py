"""The rows of a run in another reading: columns left out, labels not believed, classes evened out.

The draws and what judges them stay those of the run; only what a candidate learns from differs, so
that it can be compared with the others row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from headstart.delivery import contract_of
from headstart.experiment.arena import Arena
from headstart.features.targets import class_indices
from headstart.records import Column, Table

_WEIGHT = "weight of its class"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """How the rows that a candidate learns from differ.

    Attributes:
        name: of the folder with the row files, beside those of the run.
        without: input columns that it does not see.
        left_out: numbers in the source of rows that it does not learn from.
        is_even: every class weighs as much as every other.
    """

    name: str
    without: tuple[str, ...] = ()
    left_out: tuple[int, ...] = ()
    is_even: bool = False


def varied(arena: Arena, variation: Variation) -> Arena:
    """An arena with the same book, purse and draws, and the rows as the variation has them."""
    material, data = arena.material, arena.material.data
    assert isinstance(data, Table)
    read = _without(data, variation.without)
    read = _evened(arena, read) if variation.is_even else read
    left_out = None
    if variation.left_out:
        left_out = np.flatnonzero(np.isin(data.row_ids, np.asarray(variation.left_out)))
    folder = material.folder.with_name(f"{material.folder.name}-{variation.name}")
    return replace(
        arena,
        material=material.varied(folder, read, left_out, arena.most_draws),
        contract=contract_of(read, material.task),
    )


def _without(data: Table, names: Sequence[str]) -> Table:
    return data.with_columns(
        [
            replace(column, role="ignored") if column.name in names else column
            for column in data.columns
        ]
    )


def _evened(arena: Arena, data: Table) -> Table:
    """With a column of weights, the inverse of how frequent a row's class is."""
    import pyarrow as pa

    labels = class_indices(data, arena.material.task)[:, 0]
    counts = np.bincount(labels)
    weights = len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1))[labels]
    column = Column(name=_WEIGHT, modality="number", role="weight")
    return replace(
        data,
        columns=(*data.columns, column),
        arrow=data.arrow.append_column(_WEIGHT, pa.array(weights)),
    )
