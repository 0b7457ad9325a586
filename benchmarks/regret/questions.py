"""Which rows are asked about: some to learn from, others that nobody sees before the end.

A set with more rows than are asked for gives the first of an order in which every beginning has the
classes in proportion, so the rows of a small question are among those of a larger one. Test rows
are put aside before, the same at every number of rows.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.carriers import CACHE
from benchmarks.sets import SETS
from benchmarks.splits import Split, rows_to_test, split_in, split_of
from benchmarks.starts.material import nested_order

MOST_TEST_ROWS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A set, at most so many rows to learn from (0: all), and the number of the split."""

    set: str
    rows: int = 0
    split: int = 0

    @property
    def name(self) -> str:
        """The beginning of its files' names."""
        return f"{self.set}-{self.rows or 'all'}-{self.split}"


def files_of(question: Question) -> Split:
    """Training rows, test rows, and test rows without answers; written on the first call."""
    import pyarrow.parquet as parquet

    one = SETS[question.set]
    whole = split_of(one, question.split)
    folder = CACHE / "regret" / f"{question.name}-{one.sha256[:12]}"
    files = split_in(folder)
    if not files.questions.exists():
        folder.mkdir(parents=True, exist_ok=True)
        chosen = _first(whole.train, one.target, one.kind, question.rows, question.split)
        parquet.write_table(chosen, files.train)
        test = _few(whole.test, one.target, one.kind, question.split)
        parquet.write_table(test, files.test)
        parquet.write_table(test.drop_columns([one.target]), files.questions)
    return files


def _first(path: Path, target: str, kind: str, rows: int, seed: int):  # -> pyarrow.Table
    import pyarrow.parquet as parquet

    table = parquet.read_table(path)
    if not rows or rows >= table.num_rows:
        return table
    return table.take(nested_order(_labels(table, target, kind), seed)[:rows])


def _few(path: Path, target: str, kind: str, seed: int):  # -> pyarrow.Table
    import pyarrow.parquet as parquet

    table = parquet.read_table(path)
    if table.num_rows <= MOST_TEST_ROWS:
        return table
    share = MOST_TEST_ROWS / table.num_rows
    return table.take(rows_to_test(_labels(table, target, kind), share, seed))


def _labels(table, target: str, kind: str) -> np.ndarray:
    if kind == "regression":
        return np.zeros(table.num_rows, dtype=int)
    return np.asarray(table[target].to_pylist())
