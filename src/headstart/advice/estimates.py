"""What a trial will cost: the family's own estimate, until something was measured.

From two sizes on, seconds follow a power law in the number of rows. From one size they are scaled
in proportion, as methods that pass the rows do; below 2,000 rows by the square root, because there
the rounds and not the rows make the price. A fit that the clock cut short is a lower bound, which
grows with the rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from headstart.records import Candidate

_FLATTEST, _STEEPEST = 0.0, 2.0
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
) -> float:
    """What a trial of this size is expected to cost, in the unit of the evidence.

    Args:
        full_rows: the rows that the candidate's own estimate is for; None means `rows`.

    Example:
        >>> slow = Candidate(name="slow", family="lstm", settings=None)
        >>> seen = [Evidence(candidate="slow", rows=r, seconds=s) for r, s in ((100, 1), (400, 2))]
        >>> expected_seconds(slow, 1600, seen)
        4.0
    """
    mine = [each for each in evidence if each.candidate == candidate.name]
    points = _means(mine)
    modelled = candidate.estimate.seconds * _weight(rows) / _weight(full_rows or rows)
    if not points:
        return modelled
    if rows in points:
        return points[rows]
    most = max(_MOST_DOUBT * modelled, *points.values())
    told, least = _along(points, rows), _at_least(mine, rows)
    is_certain = not all(each.is_cut for each in mine)
    return max(told if is_certain else min(told, most), min(least, most))


def _along(points: dict[int, float], rows: int) -> float:
    """Seconds for a size between or beyond the measured ones."""
    sizes = sorted(points)
    if len(sizes) == 1:
        return points[sizes[0]] * _weight(rows) / _weight(sizes[0])
    low, high = _nearest_two(sizes, rows)
    return points[high] * (rows / high) ** _exponent(low, points[low], high, points[high])


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
    few = min(max(rows, 1), _ROWS_THAT_COUNT)
    return math.sqrt(few * _ROWS_THAT_COUNT) + max(rows - _ROWS_THAT_COUNT, 0)


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


def _exponent(low: int, seconds_low: float, high: int, seconds_high: float) -> float:
    slope = math.log(seconds_high / seconds_low) / math.log(high / low)
    return min(max(slope, _FLATTEST), _STEEPEST)
