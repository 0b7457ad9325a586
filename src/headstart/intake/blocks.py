"""Rows that belong together: members of a group, copies of one another, equal times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from headstart.intake.fingerprints import row_hashes
from headstart.records import Table, Task

if TYPE_CHECKING:
    import pyarrow as pa

_COLUMNS_AT_ONCE = 4
_SPREAD = 0x9E3779B97F4A7C15  # 2^64 / golden ratio, odd: neighbouring numbers land far apart
_KEY = b"blocks"
# A pattern that more rows share than this is no copy: the inputs are coarse, and people differ.
_WINDOW = 0.1  # of the rows, which a draw checks in order of time
_LARGEST_SHARE_OF_COPIES, _FEWEST_COARSE = 0.02, 20


def blocks(table: Table, task: Task) -> np.ndarray:
    """A number for each row, int64, shape (n,); rows with equal numbers never part in a split.

    Grouped: the group, and each row without one by itself. Temporal: the rank of the row's time,
    the earliest (and missing) first. Random: rows with equal values in all input columns are one
    block; patterns shared by more than 2 % of the rows (and more than 20) are not, because they
    come from inputs with few values and not from copying. Equal files come from copying alone.
    """
    if task.split.kind == "temporal" and task.split.column:
        return time_ranks(table.values(task.split.column))
    if task.split.kind == "grouped" and task.split.column:
        return _codes(table.values(task.split.column))
    has_files = bool(table.names("input", "image") or table.names("input", "audio"))
    return copies(table) if has_files else _without_coarse(copies(table))


def resampled_together(table: Table, task: Task) -> np.ndarray | None:
    """A number for each row, int64, shape (n,); a bootstrap draws rows of one number together.

    Grouped: the group. Temporal: stretches of successive rows, because errors close in time are
    alike; as many rows as the cube root of a tenth of the table, which one draw checks. Random:
    None, each row by itself.

    Reference: Carlstein 1986, "The use of subseries values for estimating the variance of a general
    statistic from a stationary sequence"; the root is of Hall, Horowitz & Jing 1995.

    Example:
        >>> import pyarrow as pa
        >>> from headstart.records import Column, Split, Table, Task
        >>> days = pa.table({"day": [float(day) for day in range(270)]})
        >>> columns = (Column(name="day", modality="number"),)
        >>> table = Table(columns=columns, arrow=days, row_ids=np.arange(270))
        >>> task = Task(kind="regression", split=Split(kind="temporal", column="day"))
        >>> resampled_together(table, task)[:7].tolist()
        [0, 0, 0, 1, 1, 1, 2]
    """
    if task.split.kind == "grouped":
        return blocks(table, task)
    if task.split.kind != "temporal":
        return None
    ranks = blocks(table, task)
    places = np.searchsorted(np.sort(ranks), ranks)  # equal times share the first of their places
    return places // max(1, round((_WINDOW * len(ranks)) ** (1 / 3)))


def copies(table: Table) -> np.ndarray:
    """Rows with equal values in all input columns have equal numbers, int64, shape (n,).

    A few columns usually tell all rows apart, so only rows that are still alike are compared in the
    next columns.
    """
    names = _telling_first(table)
    alike = np.arange(len(table))
    code = np.zeros(len(table), dtype=np.int64)
    for start in range(0, len(names), _COLUMNS_AT_ONCE):
        some = tuple(names[start : start + _COLUMNS_AT_ONCE])
        part = table if len(alike) == len(table) else _columns(table, some).take(alike)
        before = code[alike].view(np.uint64) * np.uint64(_SPREAD)
        hashes = row_hashes(part, _KEY, some) ^ before
        _, numbers, counts = np.unique(hashes, return_inverse=True, return_counts=True)
        repeated = counts[numbers] > 1
        code[alike] = numbers
        alike = alike[repeated]
        if not len(alike):
            break
    return _numbered(code, alike) if names else np.arange(len(table))


def time_ranks(values: pa.ChunkedArray) -> np.ndarray:
    """Dense rank of each time, int64, shape (n,); equal times have equal ranks, missing ones 0."""
    import pyarrow.compute as pc

    ranks = pc.rank(values, sort_keys="ascending", tiebreaker="dense").to_numpy().astype(np.int64)
    missing = values.is_null().to_numpy()
    return np.where(missing, 0, ranks)


def _numbered(code: np.ndarray, alike: np.ndarray) -> np.ndarray:
    """Own numbers for all rows but those that are alike to the last column."""
    numbers = np.arange(len(code), dtype=np.int64)
    if len(alike):
        _, first, inverse = np.unique(code[alike], return_index=True, return_inverse=True)
        numbers[alike] = alike[first][inverse]
    return numbers


def _columns(table: Table, names: tuple[str, ...]) -> Table:
    columns = tuple(table.column(name) for name in names)
    return replace(table, columns=columns, arrow=table.arrow.select(names))


def _telling_first(table: Table) -> list[str]:
    """Input columns, those with fractions first: they have the most different values."""
    import pyarrow.types as types

    names = table.names("input")
    return sorted(names, key=lambda name: not types.is_floating(table.values(name).type))


def _codes(values: pa.ChunkedArray) -> np.ndarray:
    """Numbers of groups; a row without a group is a group of its own."""
    import pyarrow as pa

    whole = values.combine_chunks().dictionary_encode().indices.cast(pa.int64())
    missing = whole.is_null().to_numpy(zero_copy_only=False)
    codes = whole.fill_null(0).to_numpy().copy()
    codes[missing] = codes.max(initial=0) + 1 + np.arange(missing.sum())
    return codes


def _without_coarse(codes: np.ndarray) -> np.ndarray:
    counts = np.bincount(codes, minlength=len(codes))
    largest = max(_FEWEST_COARSE, _LARGEST_SHARE_OF_COPIES * len(codes))
    return np.where(counts[codes] > largest, np.arange(len(codes)), codes)
