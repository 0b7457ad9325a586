"""Metrics of the probabilities themselves: they reward honest doubt (proper scores).

Shapes: n rows, c classes.
"""

from __future__ import annotations

import numpy as np

from headstart.metrics.metric import OfWeights, Truth, average
from headstart.records import Prediction, Probabilities, Task

_SMALLEST = 1e-15


def log_loss(truth: Truth, prediction: Prediction, task: Task, scale: object) -> OfWeights:
    """Mean surprise at the true class, in nats."""
    assert truth is not None
    return average(surprise(truth, prediction))


def brier(truth: Truth, prediction: Prediction, task: Task, scale: object) -> OfWeights:
    """Mean squared distance of the probabilities from what happened.

    Two classes: of the positive class alone, from 0 to 1 (Brier's own sum over both classes is
    twice as much); more classes: the sum over the classes, from 0 to 2, as scikit-learn has it.
    """
    assert truth is not None
    assert isinstance(prediction, Probabilities)
    rows = np.arange(len(truth))
    losses = np.zeros(len(truth))
    for target, values in enumerate(prediction.values):
        happened = np.zeros_like(values, dtype=np.float64)
        happened[rows, truth[:, target]] = 1.0
        squares = ((values - happened) ** 2).sum(axis=1)
        losses += squares / 2 if values.shape[1] == 2 else squares
    return average(losses / len(prediction.values))


def surprise(truth: np.ndarray, prediction: Prediction) -> np.ndarray:
    """Minus the log of the true class's probability, in nats, mean over targets, (n,).

    Probabilities are cut to [1e-15, 1 - 1e-15], so one impossible event costs 34.5 nats, not all.
    """
    assert isinstance(prediction, Probabilities)
    rows = np.arange(len(truth))
    chances = [values[rows, truth[:, target]] for target, values in enumerate(prediction.values)]
    return -np.log(np.clip(chances, _SMALLEST, 1 - _SMALLEST)).mean(axis=0)
