"""The same training and test rows for every system: files, written before anybody learns.

A system gets `train.parquet` and `questions.parquet` (the test rows without their answers).
`test.parquet` has the answers too; only the judge opens it. Classes are divided in proportion, and
the seed of a split is its number.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.carriers import CACHE, parquet_of
from benchmarks.sets import RealSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The files of one division of one set."""

    train: Path
    questions: Path
    test: Path


def split_in(folder: Path) -> Split:
    """The files of the division that a folder holds, or will hold."""
    return Split(
        train=folder / "train.parquet",
        questions=folder / "questions.parquet",
        test=folder / "test.parquet",
    )


def split_of(one: RealSet, number: int, share: float = 0.25) -> Split:
    """Division `number` of a set, `share` (0 to 1) of it test rows; written on the first call."""
    folder = CACHE / "splits" / f"{one.name}-{one.sha256[:12]}-{number}-{share:.4f}"
    files = split_in(folder)
    if not files.questions.exists():
        _write(one, number, share, files)
    return files


def rows_to_test(labels: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Positions of the test rows, sorted: the `share` of each class, drawn with this seed.

    >>> rows_to_test(np.array(["a"] * 8 + ["b"] * 4), share=0.25, seed=0).size
    3
    """
    random = np.random.default_rng(seed)
    chosen = []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        chosen.append(random.permutation(members)[: round(members.size * share)])
    return np.sort(np.concatenate(chosen))


def _write(one: RealSet, number: int, share: float, files: Split) -> None:
    import pyarrow.parquet as parquet

    table = parquet.read_table(parquet_of(one))
    chosen = np.zeros(table.num_rows, dtype=bool)
    chosen[rows_to_test(_strata(one, table), share, number)] = True
    order = np.random.default_rng(number).permutation(table.num_rows)
    train = table.take(order[~chosen[order]])
    test = table.take(order[chosen[order]])
    files.train.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(train, files.train)
    parquet.write_table(test, files.test)
    parquet.write_table(test.drop_columns([one.target]), files.questions)


def _strata(one: RealSet, table: Any) -> np.ndarray:
    """What must be divided in proportion: the classes; in regression all rows are of one kind."""
    if one.kind == "regression":
        return np.zeros(table.num_rows, dtype=int)
    return np.asarray(table[one.target].to_pylist())
