"""What a metric is: a name, a direction, a range, and a function of row weights.

A metric reads truth and prediction once and returns a function of row weights. A plain score is
that function at weights of one; a bootstrap is the same function at thousands of rows of
multiplicities, with nothing sorted or looked up twice.

Shapes: n rows, t targets, c classes, b resamples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from headstart.errors import DataError
from headstart.records import Episodes, Numbers, Prediction, Probabilities, Task
from headstart.records.task import Kind

Truth = np.ndarray | None
"""Class indices (n, t) or numbers (n, t); None for worlds, whose episodes need no truth."""

OfWeights = Callable[[np.ndarray], np.ndarray]
"""Row weights (b, n), none negative -> scores (b,)."""

Measure = Callable[[Truth, Prediction, Task, np.ndarray | None], OfWeights]
"""Truth, prediction, task and the targets' spread (t,) -> the metric as a function of weights."""

CLASSES: tuple[Kind, ...] = ("classification",)
NUMERIC: tuple[Kind, ...] = ("regression", "forecasting")
RANKED: tuple[Kind, ...] = ("classification", "anomaly_detection")
ACTING: tuple[Kind, ...] = ("control", "game")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One line of the table of metrics.

    Attributes:
        direction: `up` where more is better.
        low, high: the range of possible scores; infinite where there is no bound.
        kinds: the task kinds that it can judge.
        summary: one sentence for people.
        aliases: scikit-learn's names for the same number.
        measure: the metric itself.
        objection: why a truth (n, t) cannot be judged, or None; its score is then undefined.
    """

    name: str
    direction: Literal["up", "down"]
    low: float
    high: float
    kinds: tuple[Kind, ...]
    summary: str
    measure: Measure
    aliases: tuple[str, ...] = ()
    objection: Callable[[np.ndarray], DataError | None] = lambda truth: None

    @property
    def best(self) -> float:
        """The score of a perfect model; infinite where there is no bound."""
        return self.high if self.direction == "up" else self.low

    def gain(self, better: float, worse: float) -> float:
        """By how much the first score is better than the second, in units of the metric."""
        return better - worse if self.direction == "up" else worse - better


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Quotients; NaN, without a warning, where nothing is divided by nothing or by zero.

    Example:
        >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
        array([0.5, nan])
    """
    below = np.asarray(below, dtype=np.float64)
    return np.divide(above, below, out=np.full(np.shape(below), np.nan), where=below != 0)


def mean_of(parts: Sequence[OfWeights]) -> OfWeights:
    """The mean of several functions of weights: one per target."""
    if len(parts) == 1:
        return parts[0]
    return lambda weights: np.mean([part(weights) for part in parts], axis=0)


def average(losses: np.ndarray) -> OfWeights:
    """The weighted mean of one number per row, (n,)."""
    return lambda weights: ratio(weights @ losses, weights.sum(axis=1))


def positive_index(task: Task, target: int = 0) -> int:
    """Index of the class that `f1`, `roc_auc`, ... speak of: the task's, else the last one."""
    classes = task.classes[target] if task.classes else ("normal", "anomaly")
    return classes.index(task.positive) if task.positive in classes else len(classes) - 1


def predicted_labels(prediction: Prediction) -> np.ndarray:
    """Index of the class that each row is said to have, int64, shape (n, t); the first of equals.

    It is the most probable one, or the one that is it after the prediction's class weights.

    Example:
        >>> predicted_labels(Probabilities(values=(np.array([[0.2, 0.8], [0.5, 0.5]]),)))
        array([[1],
               [0]])
    """
    assert isinstance(prediction, Probabilities), "labels come from class probabilities"
    weights = prediction.class_weights or (1.0,) * len(prediction.values)
    chosen = [
        (values * each).argmax(axis=1)
        for values, each in zip(prediction.values, weights, strict=True)
    ]
    return np.stack(chosen, axis=1)


def as_columns(values: np.ndarray) -> np.ndarray:
    """An array (n, t), also where there is one target and (n,) was given."""
    values = np.asarray(values)
    return values[:, None] if values.ndim == 1 else values


def finite_rows(prediction: Prediction) -> np.ndarray:
    """Which rows have an answer without NaN or infinity, bool (n,)."""
    match prediction:
        case Probabilities(values=values):
            return np.all([np.isfinite(value).all(axis=1) for value in values], axis=0)
        case Numbers(values=numbers):
            return np.isfinite(as_columns(numbers)).all(axis=1)
        case Episodes(returns=returns):
            return np.isfinite(returns)
        case _:
            return np.ones(len(prediction), dtype=bool)
