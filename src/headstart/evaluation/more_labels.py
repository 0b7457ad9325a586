"""What more labels are worth: the score's gain along the fitted curve of the start that won.

The curve is fitted to what every candidate of the start reached on the rungs (`climbs.py`), in the
metric that the verdict is in, so that nothing is said where fewer than three sizes were tried, no
size was tried twice, the clock cut trials, or no falling curve fits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from headstart.evaluation.climbs import Climb
from headstart.evaluation.curve import gain_of_rows
from headstart.evaluation.evidence import Point
from headstart.metrics import Metric
from headstart.records import MoreLabels

_SHARE = 0.5
_FEWEST = 10


def more_labels(
    climbed: Sequence[Climb], start: str, metric: Metric, seed: int = 0
) -> MoreLabels | None:
    """The gain of about half as many labels again; None where the trials do not tell it.

    Args:
        start: name of the winner's climb: its start, or the floor's family.
    """
    climb = next((each for each in climbed if each.name == start), None)
    rungs = [] if climb is None or not climb.learns else [r for r in climb.rungs if not r.is_cut]
    if not rungs or climb is None or climb.rungs[-1].is_cut:
        return None
    perfect = metric.best if np.isfinite(metric.best) else 0.0
    points = [
        Point(rows=rung.rows, draw=draw, loss=metric.gain(perfect, score))
        for rung in rungs
        for draw, score in rung.scores.items()
    ]
    more = handy(_SHARE * rungs[-1].rows)
    found = gain_of_rows(points, rungs[-1].rows + more, seed) if more >= _FEWEST else None
    if found is None:
        return None
    return MoreLabels(labels=more, gain=found.mean, interval=found.interval)


def handy(number: float) -> int:
    """The largest of 1, 2, 5, 10, 20, 50 ... that is not above a number of at least 1.

    Example:
        >>> [handy(each) for each in (7, 320, 1_600, 25_000)]
        [5, 200, 1000, 20000]
    """
    power = 10 ** math.floor(math.log10(number))
    return int(max(each for each in (1, 2, 5) if each * power <= number) * power)
