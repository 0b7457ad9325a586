"""Order that matters: rows in order of time, and running numbers that follow the answer.

References: von Neumann 1941, "Distribution of the ratio of the mean square successive difference to
the variance": neighbours that are alike lower the ratio; 1 less the half of it is the
autocorrelation at lag 1, whose standard deviation is about 1/sqrt(n) by chance.
"""

from __future__ import annotations

import numpy as np

from headstart.profiling.association import explained_in_order
from headstart.profiling.columns import is_in_order, names_a_time
from headstart.profiling.finding import Finding
from headstart.profiling.sample import Sample, Target, Values
from headstart.records import Split

_FEWEST_ROWS = 50
_ALIKE = 0.2
_ALIKE_BY_NUMBER = 0.3
_DRIFT = 0.3  # in standard deviations of the target, between the first and the last fifth
_SURE = 5.0  # in standard deviations of chance


def time_order(sample: Sample) -> list[Finding]:
    """Time columns among the inputs: at most one asks for a temporal split.

    It does when it is the time of the row (the file is in its order, or its name says so) and the
    target is alike for neighbours in time or drifts from the first fifth to the last.
    """
    found: list[Finding] = []
    for values in sample.inputs:
        if not _is_time(values):
            continue
        sign = _sign(values, sample.targets)
        split = Split(kind="temporal", column=values.name)
        is_first = all(other.split is None for other in found)
        if sign and is_first and values.modality == "time" and _is_event(values):
            because = f"the rows span time (`{values.name}`), and {sign}."
            found.append(_time(values, because, split))
        else:
            because = (
                f"`{values.name}` is a time{', and ' + sign if sign else ''}. If later rows are to "
                f"be predicted from earlier ones, ask for --split {split}."
            )
            found.append(_time(values, because, None))
    return found


def numbers_that_follow(sample: Sample, names: frozenset[str]) -> list[Finding]:
    """Identifiers that are running numbers along which the target is not in random order."""
    found = []
    for values in sample.inputs:
        if values.name not in names or values.numbers is None or len(values.codes) < _FEWEST_ROWS:
            continue
        for target in sample.targets:
            alike = _autocorrelation(values, target)
            if alike >= _ALIKE_BY_NUMBER and alike * np.sqrt(len(values.codes)) >= _SURE:
                because = (
                    f"`{values.name}` numbers the rows, and neighbours in its order are alike in "
                    f"`{target.name}` (autocorrelation {alike:.2f}): the order tells the answer."
                )
                found.append(
                    Finding(kind="leak", because=because, columns=(values.name,), role="ignored")
                )
                break
    return found


def _time(values: Values, because: str, split: Split | None) -> Finding:
    return Finding(kind="time", because=because, columns=(values.name,), split=split)


def _is_time(values: Values) -> bool:
    """A time; or a number that is named like one and goes one way down the file."""
    if values.numbers is None or values.distinct < 2:
        return False
    if values.modality == "time":
        return True
    return names_a_time(values.name) and is_in_order(values.numbers[values.filled])


def _is_event(values: Values) -> bool:
    assert values.numbers is not None
    return is_in_order(values.numbers[values.filled]) or names_a_time(values.name)


def _sign(values: Values, targets: tuple[Target, ...]) -> str:
    """What shows that the target depends on when; empty if nothing does."""
    n = int(values.filled.sum())
    if n < _FEWEST_ROWS:
        return ""
    for target in targets:
        alike = _autocorrelation(values, target)
        if alike >= _ALIKE and alike * np.sqrt(n) >= _SURE:
            return f"neighbours in time are alike in `{target.name}` (autocorrelation {alike:.2f})"
        drift = _drift(values, target)
        if drift >= _DRIFT and drift * np.sqrt(n / 10) >= _SURE:
            apart = f"{drift:.2f} of its spread"
            return f"`{target.name}` drifts by {apart} from the first fifth to the last"
    return ""


def _autocorrelation(values: Values, target: Target) -> float:
    """Of the target in the order of a column; of classes, the mean weighted by their variance."""
    assert values.numbers is not None
    rows = values.filled & np.isfinite(target.numbers)
    by = values.numbers[rows]
    indicators = _indicators(target, rows)
    variances = [float(np.var(each)) for each in indicators]
    total = sum(variances)
    if len(by) < 2 or total == 0:
        return 0.0
    alike = [explained_in_order(by, each) for each in indicators]
    return sum(a * v for a, v in zip(alike, variances, strict=True)) / total


def _drift(values: Values, target: Target) -> float:
    assert values.numbers is not None
    rows = values.filled & np.isfinite(target.numbers)
    order = np.argsort(values.numbers[rows], kind="stable")
    fifth = max(1, len(order) // 5)
    drifts = []
    for each in _indicators(target, rows):
        spread = float(each.std())
        apart = abs(float(each[order[:fifth]].mean() - each[order[-fifth:]].mean()))
        drifts.append(apart / spread if spread else 0.0)
    return max(drifts, default=0.0)


def _indicators(target: Target, rows: np.ndarray) -> list[np.ndarray]:
    """The target as numbers: itself, or a column of 0 and 1 for each class but the first."""
    if target.classes is None:
        return [target.numbers[rows]]
    return [
        (target.classes[rows] == index).astype(np.float64)
        for index in range(min(1, len(target.labels) - 1), min(len(target.labels), 20))
    ]
