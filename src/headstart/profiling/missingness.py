"""Columns that are filled in for one outcome only: written after it, as a closing date is.

Two signs: whether the column is filled in tells the target nearly as well as the target itself;
or the rows where it is filled in (or where it is not) nearly all have one class, and more than half
of that class lies there. The second sign asks for odds of 1 in 10^11 against chance.
"""

from __future__ import annotations

import numpy as np

from headstart.profiling.association import errors_by_value, explained_by_value, misplaced
from headstart.profiling.finding import Finding
from headstart.profiling.sample import Sample, Target, Values

_WRONG = 0.10  # errors, as a share of the rows outside of the most frequent class
_PURE = 0.995
_COVERED = 0.5
_LOG_ODDS = 25.0
_EXPLAINED = 0.9
_FEWEST_ROWS = 50
_FEWEST_EITHER = 10


def written_afterwards(sample: Sample, skip: frozenset[str]) -> list[Finding]:
    """Input columns whose gaps tell a target; the columns in `skip` are judged elsewhere."""
    found = []
    for values in sample.inputs:
        filled = values.filled
        few = min(int(filled.sum()), int((~filled).sum()))
        if values.name in skip or len(filled) < _FEWEST_ROWS or few < _FEWEST_EITHER:
            continue
        signs = (_sign(values, target) for target in sample.targets)
        found += [_finding(values, sign) for sign in signs if sign][:1]
    return found


def _finding(values: Values, sign: str) -> Finding:
    because = f"`{values.name}` {sign}: it looks like it was written after the outcome."
    return Finding(kind="leak", because=because, columns=(values.name,), role="ignored")


def _sign(values: Values, target: Target) -> str:
    if target.classes is None:
        return _sign_of_numbers(values.filled.astype(np.int64), target)
    return _sign_of_classes(values.filled, target)


def _sign_of_classes(filled: np.ndarray, target: Target) -> str:
    assert target.classes is not None
    counts = np.bincount(target.classes, minlength=len(target.labels))
    rest = len(filled) - int(counts.max())
    if rest < _FEWEST_EITHER:
        return ""
    for rows, word in ((filled, "filled in"), (~filled, "empty")):
        inside = np.bincount(target.classes[rows], minlength=len(target.labels))
        usual = int(inside.argmax())
        label, n = target.labels[usual], int(inside.sum())
        odds = -n * np.log(counts[usual] / len(filled))
        covers = inside[usual] / counts[usual]
        if inside[usual] >= _PURE * n and covers >= _COVERED and odds >= _LOG_ODDS:
            return (
                f"is {word} for `{target.name}` = `{label}` only "
                f"({inside[usual]:,} of {n:,} rows, and {covers:.0%} of that class)"
            )
    wrong = errors_by_value(filled.astype(np.int64), target.classes)
    if rest >= 2 * _FEWEST_EITHER and wrong <= _WRONG * rest:
        right = len(filled) - wrong
        return (
            f"tells `{target.name}` by being filled in or not, in {right:,} of {len(filled):,} rows"
        )
    return ""


def _sign_of_numbers(filled: np.ndarray, target: Target) -> str:
    known = np.isfinite(target.numbers)
    filled, numbers = filled[known], target.numbers[known]
    few = int(min(filled.sum(), len(filled) - filled.sum()))
    if few < 2 * _FEWEST_EITHER or np.ptp(numbers) == 0:
        return ""
    above = numbers[filled == 1].mean() > numbers[filled == 0].mean()
    if misplaced(filled, numbers) <= 0.02 * few:
        return f"is filled in for the {'highest' if above else 'lowest'} `{target.name}` only"
    explained = explained_by_value(filled, numbers)
    if explained >= _EXPLAINED:
        return f"explains {explained:.0%} of `{target.name}` by being filled in or not"
    return ""
