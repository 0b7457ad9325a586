"""What a column held in training, so that a value it never had can be named in words.

Of categories and words the checksums are kept, not the values: four bytes each, and few enough.

Shapes: n rows, v values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from headstart.features.coordinates import category_marks, category_of, word_marks
from headstart.records import Column, Table

_MOST_VALUES = 50_000
_MOST_TEXTS = 4_000
_MOST_LETTERS = 40
_OPEN = 0.05
_FEWEST_ROWS = 50
_USUAL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Familiar:
    """What is known of one column.

    Attributes:
        low, high: of numbers, the smallest and the largest; None where there was none.
        known: checksums of the categories or words, uint32, shape (v,), ascending.
        is_open: new values are usual, so that one more of them means nothing.
        usual: the share of new words that 95 % of training texts stay below.
        is_full: no value was ever missing, in enough rows to say so.
    """

    column: Column
    low: float | None = None
    high: float | None = None
    known: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.uint32))
    is_open: bool = False
    usual: float = 0.0
    is_full: bool = False

    def unseen(self, table: Table) -> np.ndarray:
        """How much of each row's value is new, from 0 to 1, shape (n,); numbers are never new."""
        match self.column.modality:
            case "category":
                marks = category_marks(table, self.column.name)
                return ((marks != 0) & ~np.isin(marks, self.known)).astype(np.float64)
            case "text":
                rows, marks = word_marks(table, self.column.name)
                return _shares(rows, ~np.isin(marks, self.known), len(table))
            case _:
                return np.zeros(len(table))

    def strange(self, table: Table) -> Iterator[tuple[int, str]]:
        """Rows whose value training did not have, each with a sentence."""
        name = self.column.name
        if self.is_full:
            for row in np.flatnonzero(_gone(table, name)):
                yield int(row), f"`{name}` is missing, which it never was in training"
        match self.column.modality:
            case "number":
                yield from self._out_of_range(table)
            case "category" if not self.is_open:
                for row in np.flatnonzero(self.unseen(table)):
                    value = _cut(category_of(table, name, int(row)))
                    yield int(row), f"`{name}` is `{value}`, which training did not have"
            case "text":
                shares = self.unseen(table)
                for row in np.flatnonzero(shares > max(2 * self.usual, 0.2)):
                    yield (
                        int(row),
                        f"{shares[row]:.0%} of the words of `{name}` are new (usual: up to "
                        f"{self.usual:.0%})",
                    )

    def _out_of_range(self, table: Table) -> Iterator[tuple[int, str]]:
        if self.low is None or self.high is None:
            return
        name = self.column.name
        values = _numbers(table, name)
        for row in np.flatnonzero((values < self.low) | (values > self.high)):
            yield (
                int(row),
                f"`{name}` is {values[row]:g}; in training it was {self.low:g} to {self.high:g}",
            )


def learn_familiar(table: Table, column: Column) -> Familiar:
    """What the rows of a table have in a column."""
    is_full = len(table) >= _FEWEST_ROWS and not _gone(table, column.name).any()
    match column.modality:
        case "number":
            numbers = _numbers(table, column.name)
            there = numbers[~np.isnan(numbers)]
            if not len(there):
                return Familiar(column=column)
            low, high = float(there.min()), float(there.max())
            return Familiar(column=column, low=low, high=high, is_full=is_full)
        case "category":
            marks, counts = np.unique(category_marks(table, column.name), return_counts=True)
            singles = (counts == 1).sum() / max(len(table), 1)  # Good 1953: the chance of a new one
            is_open = bool(singles > _OPEN or len(marks) > _MOST_VALUES)
            known = marks if len(marks) <= _MOST_VALUES else marks[:0]
            return Familiar(column=column, known=known, is_open=is_open, is_full=is_full)
        case "text":
            return _of_texts(table, column, is_full)
        case _:
            return Familiar(column=column, is_full=is_full)


def to_plain(facts: Familiar) -> dict[str, Any]:
    """The facts but `known`, as plain values; a number without an end is None."""
    kept = {"low": facts.low, "high": facts.high, "is_open": facts.is_open, "usual": facts.usual}
    return {**kept, "is_full": facts.is_full}


def _of_texts(table: Table, column: Column, is_full: bool) -> Familiar:
    """Words of at most 4,000 texts; what is usual is what a fifth of them has beyond the rest."""
    few = table.take(np.arange(len(table))[:: -(-len(table) // _MOST_TEXTS)])
    rows, marks = word_marks(few, column.name)
    fifth = rows % 5 == 0
    apart = ~np.isin(marks[fifth], marks[~fifth])
    shares = _shares(rows[fifth], apart, len(few))[::5]
    known, counts = np.unique(marks, return_counts=True)
    kept = np.sort(known[np.argsort(-counts, kind="stable")][:_MOST_VALUES])
    usual = float(np.quantile(shares, _USUAL)) if len(shares) else 0.0
    return Familiar(column=column, known=kept, usual=usual, is_full=is_full)


def _shares(rows: np.ndarray, marked: np.ndarray, number: int) -> np.ndarray:
    """Of each row's words, the share that is marked, shape (n,); 0 where there is no word."""
    counts = np.bincount(rows, minlength=number)
    return np.bincount(rows, marked, minlength=number) / np.maximum(counts, 1)


def _numbers(table: Table, name: str) -> np.ndarray:
    import pyarrow as pa

    values = table.arrow.column(name).cast(pa.float64(), safe=False)
    return np.asarray(values.to_numpy(), dtype=np.float64)


def _gone(table: Table, name: str) -> np.ndarray:
    import pyarrow.compute as pc

    missing = pc.is_null(table.arrow.column(name), nan_is_null=True)
    return np.asarray(missing.to_numpy(), dtype=bool)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}..."
