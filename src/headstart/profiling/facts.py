"""Counts of one column, exact over all rows (the length of texts is taken from a sample)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headstart.profiling.sample import as_numbers, as_text
from headstart.records import Column, ColumnFacts, Table

_MOST_COMMON = 10
_MOST_TEXTS = 5_000
_LOOK_AHEAD = 10_000


def column_facts(table: Table, column: Column) -> ColumnFacts:
    """What is counted in one column.

    Example:
        >>> arrow = pa.table({"age": pa.array([20.0, 40.0, None])})
        >>> age = Column(name="age", modality="number")
        >>> table = Table(columns=(age,), arrow=arrow, row_ids=np.arange(3))
        >>> facts = column_facts(table, age)
        >>> facts.missing, facts.distinct, facts.mean
        (1, 2, 30.0)
    """
    values = table.arrow.column(column.name)
    if pa.types.is_nested(values.type):
        return _of_vectors(values, column)
    if column.modality in ("number", "time"):
        return _of_numbers(as_numbers(values), column)
    return _of_texts(as_text(values), column)


def _of_vectors(values: pa.ChunkedArray, column: Column) -> ColumnFacts:
    filled = len(values) - values.null_count
    return ColumnFacts(
        name=column.name,
        modality=column.modality,
        role=column.role,
        missing=values.null_count,
        distinct=filled,
    )


def _of_numbers(numbers: np.ndarray, column: Column) -> ColumnFacts:
    present = numbers[~np.isnan(numbers)]
    facts = ColumnFacts(
        name=column.name,
        modality=column.modality,
        role=column.role,
        missing=len(numbers) - len(present),
        distinct=_distinct_numbers(present),
    )
    if not len(present) or column.modality != "number":
        return facts
    with np.errstate(over="ignore", invalid="ignore"):  # numbers near the end of the range
        return replace(
            facts,
            low=float(present.min()),
            high=float(present.max()),
            mean=float(present.mean()),
            spread=float(present.std()),
        )


def _distinct_numbers(present: np.ndarray) -> int:
    """Sorting is fast when most values differ, hashing when few do; a look ahead says which."""
    few = len(np.unique(present[:_LOOK_AHEAD])) < 0.2 * min(len(present), _LOOK_AHEAD)
    if few:
        return int(pc.count_distinct(pa.array(present)).as_py())
    ordered = np.sort(present)
    return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + bool(len(ordered))


def _of_texts(texts: pa.ChunkedArray, column: Column) -> ColumnFacts:
    common: tuple[tuple[str, int], ...] = ()
    if column.modality == "category":
        distinct, common = _counted(texts)
    else:
        distinct = int(pc.count_distinct(texts).as_py())
    return ColumnFacts(
        name=column.name,
        modality=column.modality,
        role=column.role,
        missing=texts.null_count,
        distinct=distinct,
        median_words=_median_words(texts) if column.modality == "text" else None,
        common=common,
    )


def _counted(texts: pa.ChunkedArray) -> tuple[int, tuple[tuple[str, int], ...]]:
    """How many values there are, and the most frequent ones; equally frequent ones by name."""
    counts = pc.value_counts(texts.drop_null())
    if not len(counts):
        return 0, ()
    table = pa.table({"value": counts.field("values"), "count": counts.field("counts")})
    order = pc.select_k_unstable(
        table, k=_MOST_COMMON, sort_keys=[("count", "descending"), ("value", "ascending")]
    )
    top = table.take(order)
    pairs = zip(top.column("value").to_pylist(), top.column("count").to_pylist(), strict=True)
    return len(counts), tuple(pairs)


def _median_words(texts: pa.ChunkedArray) -> float | None:
    shown = texts.drop_null()[:_MOST_TEXTS]
    if not len(shown):
        return None
    words = pc.count_substring_regex(shown, r"\S+")
    return float(np.median(words.to_numpy()))
