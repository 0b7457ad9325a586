"""What a trial will cost: the family's own estimate, until something was measured.

From two sizes on, seconds follow a power law in the number of rows. Two noisy times say little of
a slope, so it is drawn towards the usual one: from 400 to 40,000 rows, boosters, forests and nets
on tables cost 0.4 to 0.95 powers of the rows more. From one size they are scaled by that power;
below 2,000 rows by the square root, because there the rounds and not the rows make the price. Far
beyond what was measured the family's estimate counts more than the measurement: the weights are the
precisions of both, a slope being uncertain by 0.3 and an estimate by the factor 1.8. A fit that the
clock cut short is a lower bound, which grows with the rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from headstart.records import Candidate

_FLATTEST, _STEEPEST = 0.0, 2.0
_USUAL = 0.8
_DOUBT_OF_A_SLOPE = 1.5  # variance of two times' slope at a ratio of e, over that among families
_SPREAD_OF_A_TIME, _SPREAD_OF_A_SLOPE, _SPREAD_OF_A_MODEL = 0.2, 0.3, 0.6  # of logarithms
_ROWS_THAT_COUNT = 2000
_MOST_DOUBT = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a finished trial of a candidate cost, and scored.

    Attributes:
        seconds: of the fit; or work units where the budget is in work units.
        score: the task's metric, or None where it was not scored.
        is_cut: whether the clock ended the fit, so that it would have cost more.
    """

    candidate: str
    rows: int
    seconds: float
    score: float | None = None
    is_cut: bool = False


def expected_seconds(
    candidate: Candidate,
    rows: int,
    evidence: Sequence[Evidence] = (),
    *,
    full_rows: int | None = None,
    answered: int = 0,
) -> float:
    """What a trial of this size is expected to cost, in the unit of the evidence.

    Args:
        full_rows: the rows that the candidate's own estimate is for; None means `rows`.
        answered: rows that the trial answers; the evidence holds what that has cost.

    Example:
        >>> from headstart.records import Estimate
        >>> price = Estimate(seconds=0.0)
        >>> slow = Candidate(name="slow", family="lstm", settings=None, estimate=price)
        >>> seen = [Evidence(candidate="slow", rows=r, seconds=s) for r, s in ((100, 1), (400, 2))]
        >>> round(expected_seconds(slow, 1600, seen), 1)
        4.8
    """
    mine = [each for each in evidence if each.candidate == candidate.name]
    points = _means(mine)
    modelled = candidate.estimate.seconds * _weight(rows) / _weight(full_rows or rows)
    modelled += candidate.estimate.answering * answered / 1_000
    if not points:
        return modelled
    if rows in points:
        return points[rows]
    most = max(_MOST_DOUBT * modelled, *points.values())
    told = _with_model(_along(points, rows), modelled, rows / max(points))
    least = _at_least(mine, rows)
    is_certain = not all(each.is_cut for each in mine)
    return max(told if is_certain else min(told, most), min(least, most))


def expected_work(
    candidate: Candidate,
    rows: int,
    evidence: Sequence[Evidence] = (),
    *,
    full_rows: int | None = None,
) -> float:
    """The same in work units: a round over twice the rows is twice the work.

    Families model seconds, which count only until a candidate's work was measured.

    Example:
        >>> from headstart.records import Estimate
        >>> trees = Candidate(name="a", family="a", settings=None, estimate=Estimate(seconds=3.0))
        >>> seen = [Evidence(candidate="a", rows=64, seconds=18.0)]
        >>> expected_work(trees, 1024, seen)
        288.0
    """
    points = _means([each for each in evidence if each.candidate == candidate.name])
    if not points:
        return expected_seconds(candidate, rows, full_rows=full_rows)
    if rows in points:
        return points[rows]
    sizes = sorted(points)
    if len(sizes) == 1:
        return points[sizes[0]] * rows / sizes[0]
    low, high = _nearest_two(sizes, rows)
    between = low < rows < high
    slope = _slope(low, points[low], high, points[high], is_between=between, usual=1.0)
    return points[high] * (rows / high) ** slope


def _along(points: dict[int, float], rows: int) -> float:
    """Seconds for a size between or beyond the measured ones."""
    sizes = sorted(points)
    if len(sizes) == 1:
        return points[sizes[0]] * _weight(rows) / _weight(sizes[0])
    low, high = _nearest_two(sizes, rows)
    slope = _slope(low, points[low], high, points[high], is_between=low < rows < high)
    return points[high] * (rows / high) ** slope


def _with_model(told: float, modelled: float, beyond: float) -> float:
    """Extrapolated and modelled seconds, weighed by how far beyond the largest measured size."""
    if beyond <= 1 or modelled <= 0:
        return told
    spread = math.hypot(_SPREAD_OF_A_TIME, _SPREAD_OF_A_SLOPE * math.log(beyond))
    weight = 1 / (1 + (spread / _SPREAD_OF_A_MODEL) ** 2)
    return math.exp(weight * math.log(told) + (1 - weight) * math.log(modelled))


def _at_least(mine: Sequence[Evidence], rows: int) -> float:
    """What was cut short would have cost more: in proportion to the rows, where there are more.

    Few rows want more rounds than many, so this says too much: it counts up to three times what was
    modelled.
    """
    cut = [each for each in mine if each.is_cut and 0 < each.rows < rows]
    if not cut:
        return 0.0
    largest = max(cut, key=lambda each: each.rows)
    return largest.seconds * rows / largest.rows


def _weight(rows: int) -> float:
    """Rows as far as they make the price."""
    share = max(rows, 1) / _ROWS_THAT_COUNT
    return math.sqrt(share) if share < 1 else share**_USUAL


def _means(evidence: Sequence[Evidence]) -> dict[int, float]:
    """Mean seconds of each size; sizes of no rows and times of no length tell nothing."""
    by_size: dict[int, list[float]] = {}
    for each in evidence:
        if each.rows > 0 and each.seconds > 0:
            by_size.setdefault(each.rows, []).append(each.seconds)
    return {rows: sum(seconds) / len(seconds) for rows, seconds in by_size.items()}


def _nearest_two(sizes: list[int], rows: int) -> tuple[int, int]:
    """The measured sizes around a size, or the two next to it."""
    place = sum(size < rows for size in sizes)
    place = min(max(place, 1), len(sizes) - 1)
    return sizes[place - 1], sizes[place]


def _slope(
    low: int,
    seconds_low: float,
    high: int,
    seconds_high: float,
    *,
    is_between: bool,
    usual: float = _USUAL,
) -> float:
    """The power of the rows; beyond both sizes drawn towards the usual one."""
    apart = math.log(high / low)
    slope = math.log(seconds_high / seconds_low) / apart
    if not is_between:
        slope = (apart**2 * slope + _DOUBT_OF_A_SLOPE * usual) / (apart**2 + _DOUBT_OF_A_SLOPE)
    return min(max(slope, _FLATTEST), _STEEPEST)
