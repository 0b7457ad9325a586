"""The difference that counts as no difference: the region of practical equivalence."""

from __future__ import annotations

from headstart.metrics import Metric

_SHARE_OF_ERROR = 0.02
_SHARE_OF_LOSS = 0.01
_NATS = 0.01


def region_of(metric: Metric, best: float, floor: float) -> float:
    """Width of the region around the best score, in units of the metric.

    Metrics whose best score is 1: 2 % of what is missing to it, so that 0.99 against 0.98 is a
    difference and 0.52 against 0.51 is hardly one. Errors in units: 1 % of the error. Log loss:
    0.01 nats. Returns, which have no best value: 1 % of the way from the lowest floor.

    Args:
        best: score of the best contender.
        floor: score of the lowest floor, the reference for returns.

    Example:
        >>> from headstart.metrics import metric
        >>> round(region_of(metric("accuracy"), 0.9, 0.5), 6)
        0.002
    """
    if metric.name == "log_loss":
        return _NATS
    if metric.direction == "down":
        return _SHARE_OF_LOSS * abs(best)
    if metric.high == 1:
        return _SHARE_OF_ERROR * (1 - best)
    return _SHARE_OF_LOSS * abs(best - floor)
