"""The same rows for every system: files, written before anybody learns.

The training rows of a small number of labels are among those of every larger one, and any number of
them has the classes in proportion. The test rows are the same at every number of labels.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.carriers import CACHE, file_of
from benchmarks.environments import SetUpFailed, python_of
from benchmarks.splits import Split, rows_to_test, split_in
from benchmarks.starts.sets import TextSet

READER = Path(__file__).with_name("reader.py")
TARGET = "label"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which rows: `labels` of the training rows (0: all), in the order of the seed `split`."""

    set: str
    labels: int
    split: int = 0

    @property
    def name(self) -> str:
        """The beginning of its files' names."""
        return f"{self.set}-{self.labels or 'all'}-{self.split}"


def files_of(one: TextSet, question: Question) -> Split:
    """Training rows, test rows and test rows without answers; written on the first call.

    Raises:
        SetUpFailed: the carrier cannot be had here, or has fewer rows than are asked for.
    """
    digest = one.members[0].sha256[:12]
    folder = CACHE / "starts" / f"{question.name}-{digest}"
    files = split_in(folder)
    if not files.questions.exists():
        _write(_table_of(one), one, question, files)
    return files


def nested_order(labels: np.ndarray, seed: int) -> np.ndarray:
    """Positions in an order of which every beginning has the classes in proportion.

    >>> labels = np.array(["a"] * 6 + ["b"] * 3)
    >>> [str(label) for label in labels[nested_order(labels, seed=0)][:3]]
    ['a', 'b', 'a']
    """
    random = np.random.default_rng(seed)
    places = np.empty(len(labels))
    for label in np.unique(labels):
        members = random.permutation(np.flatnonzero(labels == label))
        places[members] = (np.arange(len(members)) + 0.5) / len(members)
    return np.argsort(places, kind="stable")


def _write(table: Any, one: TextSet, question: Question, files: Split) -> None:
    import pyarrow.parquet as parquet

    labels = np.asarray(table[TARGET].to_pylist())
    is_test = np.asarray(table["part"].to_pylist()) == "test"
    if one.test_share:
        is_test[rows_to_test(labels, one.test_share, seed=0)] = True
    train = np.flatnonzero(~is_test)
    train = train[nested_order(labels[train], question.split)]
    wanted = question.labels or len(train)
    if wanted > len(train):
        raise SetUpFailed(f"`{one.name}` has {len(train):,} training rows, not {wanted:,}")
    rows = table.drop_columns(["part"])
    files.train.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(rows.take(train[:wanted]), files.train)
    parquet.write_table(rows.take(np.flatnonzero(is_test)), files.test)
    parquet.write_table(rows.take(np.flatnonzero(is_test)).drop_columns([TARGET]), files.questions)


def _table_of(one: TextSet) -> Any:
    """All rows as an Arrow table of `text`, `label` and `part`."""
    import pyarrow.parquet as parquet

    path = CACHE / "sets" / f"{one.name}-{one.members[0].sha256[:12]}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _read(one, path)
    table = parquet.read_table(path)
    if table.num_rows != one.rows:
        path.unlink()
        raise SetUpFailed(f"`{one.name}` has {table.num_rows:,} rows, expected {one.rows:,}")
    return table


def _read(one: TextSet, path: Path) -> None:
    members = [
        {"path": str(file_of(one.carrier, each.path, each.sha256)), "part": each.part}
        for each in one.members
    ]
    asked = {
        "out": str(path),
        "members": members,
        "text": one.text,
        "label": one.label,
        "names": dict(one.names),
    }
    question = path.with_suffix(".ask.json")
    question.write_text(json.dumps(asked))
    command = [str(python_of("data")), str(READER), str(question)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SetUpFailed(f"`{one.name}` could not be read: {done.stderr.strip()[-400:]}")
