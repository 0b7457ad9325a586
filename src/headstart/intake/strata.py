"""Rows that are alike in what is asked, so that each side of a split gets its share of them."""

from __future__ import annotations

import numpy as np

from headstart.records import Table, Task

_MOST_BINS = 10
_FEWEST_ROWS_IN_STRATUM = 5


def strata(table: Table, task: Task) -> np.ndarray:
    """A number for each row, int64, shape (n,).

    Classification: the class; with several targets their combination, or the first target's class
    where there are too many combinations. Numbers: the bin between quantiles of the first target.
    """
    if not task.targets:
        return np.zeros(len(table), dtype=np.int64)
    if task.kind == "classification":
        return _combinations(table, task)
    return _bins(_numbers(table, task.targets[0]))


def classes(table: Table, task: Task) -> np.ndarray | None:
    """The class of each row that must not be lost from training; None where there are none."""
    return strata(table, task) if task.kind == "classification" and task.targets else None


def of_blocks(blocks: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The most frequent stratum of each block, in the order of the blocks' numbers 0, 1, 2 ..."""
    width = int(values.max(initial=0)) + 1
    pairs, counts = np.unique(blocks * width + values, return_counts=True)
    order = np.lexsort((-counts, pairs // width))
    _, first = np.unique((pairs // width)[order], return_index=True)
    return (pairs % width)[order][first]


def _combinations(table: Table, task: Task) -> np.ndarray:
    codes = [_codes(table, target) for target in task.targets]
    combined = codes[0]
    for code in codes[1:]:
        combined = np.unique(combined * (code.max() + 1) + code, return_inverse=True)[1]
    few = len(table) / _FEWEST_ROWS_IN_STRATUM
    return combined if len(codes) == 1 or combined.max(initial=0) < few else codes[0]


def _codes(table: Table, target: str) -> np.ndarray:
    import pyarrow as pa

    whole = table.values(target).combine_chunks()
    encoded = whole.dictionary_encode(null_encoding="encode")
    order = np.argsort([str(label) for label in encoded.dictionary.to_pylist()])
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order))  # the order of rows must not matter
    return ranks[encoded.indices.cast(pa.int64()).to_numpy()]


def _numbers(table: Table, target: str) -> np.ndarray:
    return np.asarray(table.values(target).to_numpy(), dtype=np.float64)


def _bins(values: np.ndarray) -> np.ndarray:
    count = min(_MOST_BINS, len(values) // _FEWEST_ROWS_IN_STRATUM)
    if count < 2:
        return np.zeros(len(values), dtype=np.int64)
    edges = np.quantile(values, np.linspace(0, 1, count + 1)[1:-1])
    return np.searchsorted(edges, values, side="right").astype(np.int64)
