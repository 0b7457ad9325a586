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
    explained_by_neighbours,
    explained_by_value,
    misplaced,
    rank_correlation,
)
from headstart.profiling.columns import is_in_order, names_a_time
from headstart.profiling.finding import Finding
from headstart.profiling.sample import Sample, Target, Values
from headstart.records import Split

WRONG = 0.01  # errors of a leak, as a share of the rows outside of the most frequent class
DOUBTFUL = 0.03  # errors of a code that is told and stays
EXPLAINED = 0.999  # variance, or rank correlation, that is told
SURELY_EXPLAINED = 0.9998  # and from which the column is left out
_ROWS_A_VALUE = 5
_MOST_BANDS = 50
_FEWEST_OF_REST = 10
_FEWEST_COPIES = 20
_FEWEST_BY_VALUE = 50
_FEWEST_IN_ORDER = 200
_FEWEST_NUMBERS = 30
_FEWEST_GROUPS = 20
_GROUPS_A_CLASS = 10


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
    rest, present = n - int(counts.max()), int(np.count_nonzero(counts))
    if rest < _FEWEST_OF_REST:
        return None
    astray = _astray(values, rows, classes)
    is_cut = astray <= WRONG * rest and n >= _FEWEST_BY_VALUE and rest >= 2 * _FEWEST_OF_REST
    if distinct * _ROWS_A_VALUE <= n:
        wrong = errors_by_value(codes, classes)
        if wrong <= WRONG * rest and (distinct == present or n >= _FEWEST_BY_VALUE):
            if not is_cut and distinct >= max(_FEWEST_GROUPS, _GROUPS_A_CLASS * present):
                return _group(values, target, distinct, n)
            return _leak(values, _code_of(values, target, distinct, present, n, wrong))
        if wrong <= DOUBTFUL * rest and distinct == present and n >= _FEWEST_BY_VALUE:
            told = _code_of(values, target, distinct, present, n, wrong)
            return _suspicion(values, told, "an honest column may be as good")
    return _cut(values, target, n, astray) if is_cut else None


def _astray(values: Values, rows: np.ndarray, classes: np.ndarray) -> float:
    """Rows that do not fit to their neighbours in the order of a number; infinite without one."""
    if values.numbers is None or _is_clock(values, rows):
        return np.inf
    return errors_in_order(values.numbers[rows], classes)


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
            bands = f"its {distinct} values are bands of `{target.name}` that do not overlap"
            return _leak(values, f"{bands}, in {n:,} rows")
    follows = None
    if values.numbers is not None and distinct > 2 and not _is_clock(values, rows):
        follows = _follows(values, target, rows)
    is_sure = follows is not None and follows.role is not None
    by_value = distinct * _ROWS_A_VALUE <= n and explained_by_value(codes, numbers) >= EXPLAINED
    if is_sure or not by_value:
        return follows
    if distinct >= _FEWEST_GROUPS:
        return _group(values, target, distinct, n)
    return _leak(values, f"each of its {distinct} values has one `{target.name}` in {n:,} rows")


def _follows(values: Values, target: Target, rows: np.ndarray) -> Finding | None:
    """A number that the target follows, up or down or along any smooth curve."""
    assert values.numbers is not None
    by, numbers, n = values.numbers[rows], target.numbers[rows], len(rows)
    if np.array_equal(by, numbers):
        return _leak(values, f"it equals `{target.name}` in {n:,} of {n:,} rows")
    correlation = rank_correlation(by, numbers)
    explained = explained_by_neighbours(by, numbers) if n >= _FEWEST_BY_VALUE else 0.0
    told = (
        f"its rank correlation with `{target.name}` is {correlation:.4f} in {n:,} rows"
        if abs(correlation) >= EXPLAINED
        else f"it alone explains {explained:.2%} of the variance of `{target.name}`"
    )
    strength = max(abs(correlation), explained)
    if strength >= SURELY_EXPLAINED:
        return _leak(values, told)
    if strength >= EXPLAINED:
        return _suspicion(values, told, "last year's value may be as near")
    return None


def _code_of(
    values: Values, target: Target, distinct: int, present: int, n: int, wrong: int
) -> str:
    if distinct == present and wrong == 0 and set(values.labels) == set(target.labels):
        return f"it equals `{target.name}` in {n:,} of {n:,} rows"
    if distinct == present:
        return f"it is `{target.name}` in another code, right in {n - wrong:,} of {n:,} rows"
    return f"each of its {distinct} values has one `{target.name}`, in {n - wrong:,} of {n:,} rows"


def _cut(values: Values, target: Target, n: int, astray: float) -> Finding:
    told = f"it alone tells `{target.name}` in {n - int(np.ceil(astray)):,} of {n:,} rows"
    if n >= _FEWEST_IN_ORDER:
        return _leak(values, told)
    return _suspicion(values, told, "in so few rows it may be luck")


def _leak(values: Values, told: str) -> Finding:
    because = f"`{values.name}` looks like the answer itself: {told}."
    return Finding(kind="leak", because=because, columns=(values.name,), role="ignored")


def _suspicion(values: Values, told: str, doubt: str) -> Finding:
    because = (
        f"`{values.name}` is suspicious: {told}. It stays, because {doubt}; "
        f"--column {values.name}=ignored leaves it out."
    )
    return Finding(kind="leak", because=because, columns=(values.name,))


def _group(values: Values, target: Target, distinct: int, n: int) -> Finding:
    """Many values in no order, with one answer each: the answer belongs to the value."""
    because = (
        f"each of the {distinct:,} values of `{values.name}` has one `{target.name}` "
        f"for all of its {n / distinct:.3g} rows: the rows are not independent."
    )
    return Finding(
        kind="groups",
        because=because,
        columns=(values.name,),
        role="group",
        split=Split(kind="grouped", column=values.name),
    )


def _is_clock(values: Values, rows: np.ndarray) -> bool:
    """A number that is named like a time and goes one way down the file."""
    assert values.numbers is not None
    return names_a_time(values.name) and is_in_order(values.numbers[rows])


def _compact(codes: np.ndarray) -> np.ndarray:
    """The codes renumbered without gaps."""
    used = np.zeros(int(codes.max()) + 1, dtype=np.int64)
    used[codes] = 1
    return (np.cumsum(used) - 1)[codes]


def names_of(findings: Sequence[Finding]) -> frozenset[str]:
    """Every column that these findings are about."""
    return frozenset(name for finding in findings for name in finding.columns)
