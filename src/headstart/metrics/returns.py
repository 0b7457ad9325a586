"""The metric of worlds: what a policy earned."""

from __future__ import annotations

from headstart.metrics.metric import OfWeights, Truth, average
from headstart.records import Episodes, Prediction, Task


def mean_return(truth: Truth, prediction: Prediction, task: Task, scale: object) -> OfWeights:
    """Mean return of the episodes."""
    assert isinstance(prediction, Episodes), "a return needs episodes"
    return average(prediction.returns)
