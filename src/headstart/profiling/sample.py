"""The rows that the costly checks look at, as arrays.

Counting is exact (`facts.py`); what compares columns with each other looks at a seeded sample in
the order of the file. Up to 20,000 rows are taken whole.

Shapes: n rows of the sample, c classes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headstart.records import Column, Table, Task
from headstart.records.data import Modality, Role

MOST_ROWS = 20_000
MEDIA: tuple[Modality, ...] = ("image", "audio")
_MOST_CELLS = 3_000_000
_FEWEST_ROWS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Values:
    """One column of the sample.

    Attributes:
        numbers: of numbers, times (seconds) and integer identifiers: float64 (n,), NaN where
            missing; else None.
        codes: equal values have equal codes, int64 (n,), -1 where missing.
        distinct: number of codes.
        labels: the value of each code as text, for categories and texts; of numbers it is empty.
    """

    name: str
    modality: Modality
    role: Role
    codes: np.ndarray
    distinct: int
    numbers: np.ndarray | None = None
    labels: tuple[str, ...] = ()

    @property
    def filled(self) -> np.ndarray:
        """Which rows have a value, bool (n,)."""
        return self.codes >= 0

    @property
    def filled_codes(self) -> np.ndarray:
        """The codes with a code of its own for a missing value, int64 (n,)."""
        return np.where(self.codes < 0, self.distinct, self.codes)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Target:
    """One target of the sample: class indices for classification, else numbers.

    Attributes:
        classes: int64 (n,) in the task's order; None for numbers.
        numbers: float64 (n,); for classes, their index.
        labels: the task's classes; empty for numbers.
    """

    name: str
    numbers: np.ndarray
    classes: np.ndarray | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """A table's columns and targets at some of its rows, in the order of the file.

    Attributes:
        rows: positions in the table, ascending, int64 (n,).
        total: rows of the table.
        inputs: the input columns that can be compared (media and vectors are not).
        targets: empty where the task has none of a kind that can be compared.
    """

    table: Table
    rows: np.ndarray
    total: int
    inputs: tuple[Values, ...]
    targets: tuple[Target, ...]

    @property
    def note(self) -> str:
        """Words for a sentence that counts rows of the sample."""
        whole = len(self.rows) == self.total
        return f"{len(self.rows):,} rows" if whole else f"{len(self.rows):,} sampled rows"


def draw_sample(table: Table, task: Task, seed: int = 0) -> Sample:
    """A seeded sample of at most 20,000 rows, fewer where the table is very wide."""
    most = max(_FEWEST_ROWS, min(MOST_ROWS, _MOST_CELLS // max(1, len(table.columns))))
    rows = np.arange(len(table), dtype=np.int64)
    if len(table) > most:
        rows = np.sort(np.random.default_rng(seed).choice(len(table), most, replace=False))
    return sample_at(table, task, rows)


def sample_at(table: Table, task: Task, rows: np.ndarray) -> Sample:
    """The sample at these rows (positions in the table, ascending)."""
    part = table if len(rows) == len(table) else table.take(rows)
    inputs = [
        column_values(column, part.arrow.column(place))
        for place, column in enumerate(part.columns)
        if column.role == "input" and column.modality not in (*MEDIA, "series", "vector")
    ]
    targets = _targets(part, task) if len(part) else ()
    return Sample(table=table, rows=rows, total=len(table), inputs=tuple(inputs), targets=targets)


def media_names(table: Table) -> tuple[str, ...]:
    """Input columns whose values are files: their bytes count, and not what they are called."""
    return tuple(name for kind in MEDIA for name in table.names("input", kind))


def column_values(column: Column, values: pa.ChunkedArray) -> Values:
    """A column as arrays."""
    is_number = pa.types.is_integer(values.type) and column.modality == "identifier"
    if is_number or column.modality in ("number", "time"):
        numbers = as_numbers(values)
        distinct, codes = _codes_of_numbers(numbers)
        return Values(
            name=column.name,
            modality=column.modality,
            role=column.role,
            codes=codes,
            distinct=distinct,
            numbers=numbers,
        )
    encoded = as_text(values).dictionary_encode().combine_chunks()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return Values(
        name=column.name,
        modality=column.modality,
        role=column.role,
        codes=codes,
        distinct=len(encoded.dictionary),
        labels=tuple(encoded.dictionary.to_pylist()),
    )


def as_numbers(values: pa.ChunkedArray) -> np.ndarray:
    """Numbers, truth values and times as float64, times in seconds since 1970, NaN if missing."""
    if pa.types.is_temporal(values.type):
        values = _seconds(values)
    return np.asarray(values.cast(pa.float64()).to_numpy(), dtype=np.float64)


def as_text(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Any values as text; null where missing."""
    return values if pa.types.is_string(values.type) else values.cast(pa.string())


def _seconds(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_time(values.type) or pa.types.is_duration(values.type):
        width = pa.int32() if values.type.bit_width == 32 else pa.int64()
        return values.cast(width)
    microseconds = values.cast(pa.timestamp("us", getattr(values.type, "tz", None)), safe=False)
    return pc.divide(microseconds.cast(pa.int64()).cast(pa.float64()), 1e6)


def _codes_of_numbers(numbers: np.ndarray) -> tuple[int, np.ndarray]:
    """Rank of each value among the distinct ones, -1 where missing."""
    order = np.argsort(numbers, kind="stable")  # NaN comes last
    ordered = numbers[order]
    present = int(np.count_nonzero(~np.isnan(numbers)))
    new = np.ones(present, dtype=np.int64)
    new[1:] = ordered[1:present] != ordered[: max(present - 1, 0)]
    codes = np.full(len(numbers), -1, dtype=np.int64)
    codes[order[:present]] = np.cumsum(new) - 1
    return int(new.sum()), codes


def _targets(part: Table, task: Task) -> tuple[Target, ...]:
    if task.kind == "classification":
        pairs = zip(task.targets, task.classes, strict=True)
        return tuple(_class_target(part, name, labels) for name, labels in pairs)
    numeric = [name for name in task.targets if part.column(name).modality == "number"]
    return tuple(Target(name=name, numbers=as_numbers(part.values(name))) for name in numeric)


def _class_target(part: Table, name: str, labels: tuple[str, ...]) -> Target:
    found = pc.index_in(as_text(part.values(name)), value_set=pa.array(labels, pa.string()))
    classes = found.fill_null(0).to_numpy().astype(np.int64)
    return Target(name=name, numbers=classes.astype(np.float64), classes=classes, labels=labels)
