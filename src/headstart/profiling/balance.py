"""Too few rows, too few of a class, and rows at the end of the file that differ from the first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headstart.errors import listed
from headstart.profiling.association import largest_gap, share_moved
from headstart.profiling.finding import Finding
from headstart.profiling.sample import Sample, Target, Values, as_text
from headstart.records import ColumnFacts, Task

_FEW_ROWS = 100
_ROWS_A_COLUMN = 10
_FEW_OF_A_CLASS = 5
_RARE = 0.10
_SHIFTED = 0.30
_FIFTH_FEWEST = 40
_SELDOM = 0.2  # of the changes that a random order has


def class_counts(values: pa.ChunkedArray, labels: tuple[str, ...]) -> np.ndarray:
    """Rows of each class in the order of the labels, int64 (c,)."""
    found = pc.index_in(as_text(values), value_set=pa.array(labels, pa.string())).drop_null()
    return np.bincount(found.to_numpy(), minlength=len(labels))


def imbalance(task: Task, counts: Sequence[np.ndarray]) -> list[Finding]:
    """A class with less than a tenth of the rows, and less than half of its fair share.

    Args:
        counts: per target the rows of each class.
    """
    found = []
    for target, labels, each in zip(task.targets, task.classes, counts, strict=False):
        rows, rarest = int(each.sum()), int(each.argmin())
        share = each[rarest] / max(rows, 1)
        if share < min(_RARE, 0.5 / len(labels)):
            because = (
                f"only {share:.1%} of the rows ({each[rarest]:,} of {rows:,}) have "
                f"`{target}` = `{labels[rarest]}`. Every split keeps the shares of the classes; "
                "read more than the accuracy."
            )
            found.append(Finding(kind="imbalance", because=because, columns=(target,)))
    return found


def few_rows(
    task: Task, counts: Sequence[np.ndarray], columns: Sequence[ColumnFacts], rows: int
) -> list[Finding]:
    """Fewer rows than a verdict needs: in all, for each column, or of a class."""
    inputs = sum(column.role == "input" for column in columns)
    doubts = []
    if rows < _FEW_ROWS:
        doubts.append(f"there are {rows:,} rows in all")
    elif rows < _ROWS_A_COLUMN * inputs:
        doubts.append(f"there are {rows:,} rows for {inputs:,} input columns")
    for labels, each in zip(task.classes, counts, strict=False):
        thin = [label for label, count in zip(labels, each, strict=True) if count < _FEW_OF_A_CLASS]
        if thin:
            doubts.append(f"{listed(thin)} {'has' if len(thin) == 1 else 'have'} fewer than 5 rows")
    if not doubts:
        return []
    because = f"{'; '.join(doubts)}: expect wide intervals, and ties between the candidates."
    return [Finding(kind="few_rows", because=because)]


def shift(sample: Sample, skip: frozenset[str]) -> list[Finding]:
    """Input columns whose first fifth of the file is distributed otherwise than its last fifth.

    Not asked where the rows are sorted by the target or by the column: then the two fifths differ
    because of the sorting, and every split shuffles.
    """
    fifth = len(sample.rows) // 5
    if fifth < _FIFTH_FEWEST or any(_in_blocks(target) for target in sample.targets):
        return []
    if any(values.modality == "time" for values in sample.inputs):
        return []
    moved = {v.name: _moved(v, fifth) for v in sample.inputs if v.name not in skip}
    names = tuple(name for name, gap in moved.items() if gap > _SHIFTED)
    if not names:
        return []
    most = max(names, key=lambda name: moved[name])
    because = (
        f"the first fifth of the file differs from the last in {listed(names)} "
        f"(most in `{most}`: the two distributions are {moved[most]:.2f} apart, 1 is disjoint). "
        "If the rows are in order of time, name the time column: --split temporal:COLUMN."
    )
    return [Finding(kind="shift", because=because, columns=names)]


def _moved(values: Values, fifth: int) -> float:
    """How far apart the two fifths are, 0 to 1, less what chance explains."""
    if values.modality in ("text", "identifier", "time"):
        return 0.0
    if values.numbers is not None:
        if _is_sorted(values.numbers):
            return 0.0
        first, last = values.numbers[:fifth], values.numbers[-fifth:]
        return largest_gap(first[~np.isnan(first)], last[~np.isnan(last)])
    if values.distinct > fifth / 10:
        return 0.0
    return share_moved(values.codes[:fifth], values.codes[-fifth:], values.distinct)


def _in_blocks(target: Target) -> bool:
    """Whether the rows are sorted by a target: its classes change seldom, its numbers one way."""
    if target.classes is None:
        return _is_sorted(target.numbers)
    changes = int(np.count_nonzero(np.diff(target.classes)))
    shares = np.bincount(target.classes) / len(target.classes)
    return changes <= _SELDOM * len(target.classes) * (1 - float(np.sum(shares**2)))


def _is_sorted(numbers: np.ndarray) -> bool:
    """Nearly every step goes one way: at most one in twenty goes against it."""
    steps = np.diff(numbers)
    ups, downs = int((steps > 0).sum()), int((steps < 0).sum())
    return ups + downs > 0 and min(ups, downs) <= 0.05 * max(ups, downs)
