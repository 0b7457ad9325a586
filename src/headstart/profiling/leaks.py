"""Columns that know the answer: copies and codes of the target, and what is written after it.

Each input column is asked alone, over the rows where it is filled in, how well it tells the target;
and separately whether being filled in tells it. A column that is nearly never wrong is left out.
With few rows a perfect cut may be honest luck, so the evidence asked for grows with the freedom of
the column: a code with as many values as there are classes needs 20 rows, a number that is cut
anywhere needs 200.

Errors are counted against the rows outside of the most frequent class, so that a rare class is
not hidden by the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headstart.profiling.association import (
    errors_by_value,
    errors_in_order,
    explained_by_value,
    explained_in_order,
    misplaced,
    rank_correlation,
)
from headstart.profiling.finding import Finding
from headstart.profiling.sample import Sample, Target, Values

WRONG = 0.01  # errors of a leak, as a share of the rows outside of the most frequent class
EXPLAINED = 0.999  # variance, or rank correlation, of a leak
_ROWS_A_VALUE = 5
_MOST_BANDS = 50
_FEWEST_OF_REST = 10
_FEWEST_COPIES = 20
_FEWEST_BY_VALUE = 50
_FEWEST_IN_ORDER = 200
_FEWEST_NUMBERS = 30


def columns_that_tell(sample: Sample, skip: frozenset[str]) -> list[Finding]:
    """Input columns that alone tell a target; the columns in `skip` are judged elsewhere.

    Times are not asked: in time order neighbours are alike without any leak (see `order.py`).
    """
    found = []
    for values in sample.inputs:
        if values.name in skip or values.modality in ("text", "time"):
            continue
        tellings = (_tells(values, target) for target in sample.targets)
        found += [telling for telling in tellings if telling is not None][:1]
    return found


def _tells(values: Values, target: Target) -> Finding | None:
    rows = np.flatnonzero(values.filled)
    if len(rows) < _FEWEST_COPIES or len(values.codes) == 0:
        return None
    if target.classes is not None:
        return _tells_classes(values, target, rows)
    return _tells_numbers(values, target, rows)


def _tells_classes(values: Values, target: Target, rows: np.ndarray) -> Finding | None:
    assert target.classes is not None
    codes, classes = _compact(values.codes[rows]), target.classes[rows]
    n, distinct = len(rows), int(codes.max()) + 1
    counts = np.bincount(classes)
    rest = n - int(counts.max())
    if rest < _FEWEST_OF_REST:
        return None
    if distinct * _ROWS_A_VALUE <= n:
        wrong = errors_by_value(codes, classes)
        is_code = distinct == np.count_nonzero(counts)
        if wrong <= WRONG * rest and (is_code or n >= _FEWEST_BY_VALUE):
            return _leak(values, _code_of(values, target, distinct, n, wrong, is_code))
    if values.numbers is None or n < _FEWEST_BY_VALUE or rest < 2 * _FEWEST_OF_REST:
        return None
    if is_in_order(values.numbers[rows]):
        return None
    astray = errors_in_order(values.numbers[rows], classes)
    return _cut(values, target, n, astray) if astray <= WRONG * rest else None


def _tells_numbers(values: Values, target: Target, rows: np.ndarray) -> Finding | None:
    rows = rows[np.isfinite(target.numbers[rows])]
    numbers, n = target.numbers[rows], len(rows)
    if n < _FEWEST_NUMBERS or np.ptp(numbers) == 0:
        return None
    codes = _compact(values.codes[rows])
    distinct = int(codes.max()) + 1
    if 1 < distinct <= _MOST_BANDS and distinct * _ROWS_A_VALUE <= n:
        rest = n - int(np.bincount(codes).max())
        if rest >= 2 * _FEWEST_OF_REST and misplaced(codes, numbers) <= 2 * WRONG * rest:
            return _leak(
                values,
                f"its {distinct} values are bands of `{target.name}` that do not overlap, "
                f"in {n:,} rows",
            )
    if distinct * _ROWS_A_VALUE <= n and explained_by_value(codes, numbers) >= EXPLAINED:
        return _leak(values, f"each of its {distinct} values has one `{target.name}` in {n:,} rows")
    if values.numbers is None or distinct < 3:
        return None
    return _follows(values, target, rows)


def _follows(values: Values, target: Target, rows: np.ndarray) -> Finding | None:
    """A number that the target follows, up or down or along any smooth curve."""
    assert values.numbers is not None
    by, numbers, n = values.numbers[rows], target.numbers[rows], len(rows)
    if np.array_equal(by, numbers):
        return _leak(values, f"it equals `{target.name}` in {n:,} of {n:,} rows")
    if is_in_order(by):
        return None
    correlation = rank_correlation(by, numbers)
    if abs(correlation) >= EXPLAINED:
        return _leak(
            values, f"its rank correlation with `{target.name}` is {correlation:.4f} in {n:,} rows"
        )
    explained = explained_in_order(by, numbers)
    if explained >= EXPLAINED and n >= _FEWEST_BY_VALUE:
        return _leak(
            values, f"it alone explains {explained:.2%} of the variance of `{target.name}`"
        )
    return None


def _code_of(
    values: Values, target: Target, distinct: int, n: int, wrong: int, is_code: bool
) -> str:
    if is_code and wrong == 0 and set(values.labels) == set(target.labels):
        return f"it equals `{target.name}` in {n:,} of {n:,} rows"
    if is_code:
        return f"it is `{target.name}` in another code, right in {n - wrong:,} of {n:,} rows"
    return f"each of its {distinct} values has one `{target.name}`, in {n - wrong:,} of {n:,} rows"


def _cut(values: Values, target: Target, n: int, astray: float) -> Finding:
    told = f"it alone tells `{target.name}` in {n - int(np.ceil(astray)):,} of {n:,} rows"
    if n >= _FEWEST_IN_ORDER:
        return _leak(values, told)
    because = (
        f"`{values.name}` is suspicious: {told}. It stays, because so few rows may be luck; "
        f"--column {values.name}=ignored leaves it out."
    )
    return Finding(kind="leak", because=because, columns=(values.name,))


def _leak(values: Values, told: str) -> Finding:
    because = f"`{values.name}` looks like the answer itself: {told}."
    return Finding(kind="leak", because=because, columns=(values.name,), role="ignored")


def is_in_order(numbers: np.ndarray) -> bool:
    """Whether a number only rises, or only falls, down the file (by one row in fifty, not)."""
    steps = np.diff(numbers)
    ups, downs = int((steps > 0).sum()), int((steps < 0).sum())
    return min(ups, downs) <= 0.02 * len(numbers) and max(ups, downs) > 0.5 * len(numbers)


def _compact(codes: np.ndarray) -> np.ndarray:
    """The codes renumbered without gaps."""
    used = np.zeros(int(codes.max()) + 1, dtype=np.int64)
    used[codes] = 1
    return (np.cumsum(used) - 1)[codes]


def names_of(findings: Sequence[Finding]) -> frozenset[str]:
    """Every column that these findings are about."""
    return frozenset(name for finding in findings for name in finding.columns)
