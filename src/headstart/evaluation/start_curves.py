"""Score against the number of labels, one curve for each start and one for the best floor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from headstart.evaluation.climbs import Climb, Rung, counted
from headstart.evaluation.spread import Mean, means
from headstart.metrics import Metric
from headstart.records import StartCurve, StartPoint


def start_curves(
    climbs: Sequence[Climb], metric: Metric, check_share: float = 0.2
) -> tuple[StartCurve, ...]:
    """The curves of what was climbed; a start that has only the floor's climb has none.

    Args:
        check_share: share of the rows in each draw's validation part; 0 where draws share nothing.
    """
    shown = [each for each in climbs if each.rungs and not each.remark]
    return tuple(_curve(each, metric, check_share) for each in shown)


def overlaps(rows: Sequence[int], check_share: float) -> list[float]:
    """Correlation of draws on each rung: they share fewer training rows on a small one.

    Example:
        >>> overlaps([100, 200], 0.2)
        [0.1, 0.2]
    """
    return [check_share * each / max(rows) for each in rows]


def _curve(climb: Climb, metric: Metric, check_share: float) -> StartCurve:
    rungs = climb.rungs
    values = [[each.scores[draw] for draw in counted(each.scores)] for each in rungs]
    by_rows = [_by_rows(each) for each in rungs]
    shares = overlaps([each.rows for each in rungs], check_share if climb.learns else 0.0)
    uncertain = means(values, by_rows, shares)
    points = tuple(
        _point(rung, own, mean, metric)
        for rung, own, mean in zip(rungs, values, uncertain, strict=True)
    )
    return StartCurve(
        start=None if climb.is_floor else climb.name,
        floor=climb.name if climb.is_floor else None,
        points=points,
        learns=climb.learns,
    )


def _point(rung: Rung, values: Sequence[float], mean: Mean | None, metric: Metric) -> StartPoint:
    interval = None
    if mean is not None:
        low, high = mean.interval()
        interval = (max(metric.low, low), min(metric.high, high))
    return StartPoint(
        rows=rung.rows,
        score=float(np.mean(values)),
        interval=interval,
        draws=len(values),
        candidate=rung.candidate,
        spread=None if interval is None else _source(rung, values),
        is_cut=rung.is_cut,
    )


def _source(rung: Rung, values: Sequence[float]) -> Literal["draws", "rows"]:
    """A single draw without samples takes the spread of the draws on other rungs."""
    return "rows" if len(values) == 1 and rung.samples is not None else "draws"


def _by_rows(rung: Rung) -> float | None:
    if rung.samples is None:
        return None
    finite = rung.samples[np.isfinite(rung.samples)]
    return float(finite.std()) if len(finite) > 1 else None
