"""Columns made from the target: means of it for each value of a key, and parts that add up to it.

A mean taken over all rows contains the row's own answer. For a key with group sums s, sizes n and
a column x that is constant within each key, the mean (m = 0) and the smoothed mean obey

    n x - s = -m x + b

exactly, and the mean of the other rows obeys (n - 1) x + y = s within each key. No honest column
does. A column that is a mean over a key which is not in the table is its own key.

Shapes: n rows, g keys.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from headstart.errors import listed
from headstart.profiling.finding import Finding
from headstart.profiling.sample import Sample, Target, Values, sample_at
from headstart.records import Task

_EXACT = 1e-6
_FEWEST_KEYS = 8
_MOST_KEYS = 20
_MOST_CLASSES = 10
_MOST_ROWS = 200_000
_FEWEST_ROWS = 50
_MOST_PARTS = 50
_MOST_EQUATIONS = 2_000


def made_from_target(sample: Sample, task: Task, skip: frozenset[str]) -> list[Finding]:
    """Input columns that are means of a target; the columns in `skip` are judged already.

    The equations hold over all rows only, so tables above 200,000 rows are not asked.
    """
    if not sample.targets or not _FEWEST_ROWS <= sample.total <= _MOST_ROWS:
        return []
    if not any(_may_be_mean(values) for values in sample.inputs if values.name not in skip):
        return []
    if len(sample.rows) < sample.total:
        sample = sample_at(sample.table, task, np.arange(sample.total, dtype=np.int64))
    answers = [(t.name, each) for t in sample.targets for each in _answers(t)]
    shared = _shared_keys(sample)
    found = []
    for values in sample.inputs:
        if values.name in skip or not _may_be_mean(values):
            continue
        own = [values] if _may_be_key(values, sample) else []
        for target, key in _means(values, answers, own + shared):
            over = "" if key == values.name else f" over the rows of its `{key}`"
            because = f"`{values.name}` is the mean of `{target}`{over}, the row's own included."
            found.append(
                Finding(kind="leak", because=because, columns=(values.name,), role="ignored")
            )
            break
    return found


def parts_of_target(sample: Sample, skip: frozenset[str]) -> list[Finding]:
    """Number columns that exactly add up to (or differ by) a numeric target."""
    parts = [v for v in sample.inputs if v.modality == "number" and v.name not in skip]
    if not 2 <= len(parts) <= _MOST_PARTS:
        return []
    matrix = np.column_stack([part.numbers for part in parts if part.numbers is not None])
    found = []
    for target in sample.targets:
        if target.classes is not None:
            continue
        names = [parts[index].name for index in _exact_sum(matrix, target.numbers)]
        if len(names) >= 2:
            because = (
                f"{listed(names)} add up to `{target.name}` in every row: they are parts of it."
            )
            found.append(
                Finding(kind="leak", because=because, columns=tuple(names), role="ignored")
            )
    return found


def _exact_sum(matrix: np.ndarray, numbers: np.ndarray) -> list[int]:
    """Columns with coefficients of plus or minus one in an exact linear equation, else none."""
    rows = np.flatnonzero(np.isfinite(matrix).all(axis=1) & np.isfinite(numbers))[:_MOST_EQUATIONS]
    if len(rows) < max(_FEWEST_ROWS, 3 * matrix.shape[1]) or not np.ptp(numbers[rows]):
        return []
    moving = np.flatnonzero(np.ptp(matrix[rows], axis=0) > 0)
    inputs = matrix[np.ix_(rows, moving)]
    inputs, answer = inputs - inputs.mean(axis=0), numbers[rows] - numbers[rows].mean()
    scale = inputs.std(axis=0)
    solution, _, rank, _ = np.linalg.lstsq(inputs / scale, answer, rcond=1e-9)
    coefficients = solution / scale
    nearest = np.rint(coefficients)
    rest = float(np.max(np.abs(answer - inputs @ nearest)))
    # Columns of a small spread may bear any coefficient within rounding: the equation decides.
    if rank < len(moving) or rest > _EXACT * float(answer.std()) or np.max(np.abs(nearest)) > 1:
        return []
    return [int(moving[index]) for index in np.flatnonzero(nearest)]


def _may_be_mean(values: Values) -> bool:
    return values.modality == "number" and values.distinct >= _FEWEST_KEYS


def _answers(target: Target) -> list[np.ndarray]:
    if target.classes is None:
        return [target.numbers] if np.isfinite(target.numbers).all() else []
    return [
        (target.classes == index).astype(np.float64)
        for index in range(min(len(target.labels), _MOST_CLASSES))
    ]


def _shared_keys(sample: Sample) -> list[Values]:
    """Columns of repeated categories that could be the key of a mean."""
    keys = [v for v in sample.inputs if v.modality in ("category", "identifier")]
    return [values for values in keys if _may_be_key(values, sample)][:_MOST_KEYS]


def _may_be_key(values: Values, sample: Sample) -> bool:
    return _FEWEST_KEYS <= values.distinct <= len(sample.rows) / 2


def _means(
    values: Values, answers: list[tuple[str, np.ndarray]], keys: list[Values]
) -> Iterator[tuple[str, str]]:
    """Pairs (target, key) for which the column is a mean."""
    assert values.numbers is not None
    if not values.filled.all():
        return
    x = values.numbers
    for key in keys:
        codes = key.filled_codes
        sizes = np.bincount(codes).astype(np.float64)
        for target, y in answers:
            sums = np.bincount(codes, y)
            if _is_mean(x, sizes, sums, codes) or _is_mean_of_others(x, y, sizes, sums, codes):
                yield target, key.name


def _is_mean(x: np.ndarray, sizes: np.ndarray, sums: np.ndarray, codes: np.ndarray) -> bool:
    """Whether the column is the mean, plain or smoothed, of each key's rows."""
    used = sizes > 0
    of_key = np.bincount(codes, x) / np.maximum(sizes, 1)
    if np.max(np.abs(x - of_key[codes])) > _EXACT * max(float(np.ptp(x)), _EXACT):
        return False
    left, by = (sizes * of_key - sums)[used], of_key[used]
    spread = float(np.std(sums[used] / sizes[used]))
    if len(by) < _FEWEST_KEYS or spread == 0:
        return False
    by = by - by.mean()
    slope = float(by @ (left - left.mean()) / (by @ by)) if by.any() else 0.0
    rest = left - left.mean() - slope * by
    return bool(np.max(np.abs(rest) / sizes[used]) <= 1e-4 * spread) and slope <= _EXACT


def _is_mean_of_others(
    x: np.ndarray, y: np.ndarray, sizes: np.ndarray, sums: np.ndarray, codes: np.ndarray
) -> bool:
    """Whether the column is the mean of the other rows of the row's key."""
    differs = np.abs(y - (sums / np.maximum(sizes, 1))[codes]) > _EXACT * float(y.std())
    if differs.sum() < max(_FEWEST_ROWS, len(codes) / 10):
        return False
    left = (sizes[codes] - 1) * x + y
    apart = np.abs(left - sums[codes])[differs]
    return bool(np.quantile(apart, 0.9) <= 1e-5 * max(float(y.std()), _EXACT))
