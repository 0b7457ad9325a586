"""Whether probabilities mean what they say, and one number that repairs most of it.

A model is calibrated when, of the rows to which it gives 80 %, four in five come true. One
temperature above 1 makes all answers less sure, below 1 surer; the order of the classes, and so
every decision by the most probable class, stays.

Reference: Guo et al. 2017, "On Calibration of Modern Neural Networks", ICML, sections 3 and 4.2.

Shapes: n rows, c classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from headstart.metrics import positive_index
from headstart.records import Probabilities, Task

_COLDEST, _HOTTEST = 0.05, 20.0
_NORMAL_90 = 1.6449
_SMALLEST = 1e-15


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Rows of similar confidence.

    Attributes:
        promised: mean predicted probability of the event.
        happened: share of the rows where it occurred.
        interval: that holds the true share with 90 % (Wilson 1927).
    """

    promised: float
    happened: float
    rows: int
    interval: tuple[float, float]


def reliability(
    truth: np.ndarray, prediction: Probabilities, task: Task, bins: int = 10
) -> tuple[Bin, ...]:
    """Bins of equally many rows, in order of confidence.

    The event is the positive class where there are two, and otherwise "the most probable class
    is the true one"; several targets are taken together. Rows of equal probability share a bin.

    Example:
        >>> task = Task(kind="classification", targets=("y",), classes=(("no", "yes"),))
        >>> half = Probabilities(values=(np.full((4, 2), 0.5),))
        >>> found = reliability(np.array([[0], [1], [1], [1]]), half, task)
        >>> [(each.promised, each.happened, each.rows) for each in found]
        [(0.5, 0.75, 4)]
    """
    promised, happened = _events(truth, prediction, task)
    if not len(promised):
        return ()
    edges = np.unique(np.quantile(promised, np.linspace(0, 1, bins + 1)[1:-1]))
    place = np.searchsorted(edges, promised, side="left")
    return tuple(
        _bin(promised[place == number], happened[place == number]) for number in np.unique(place)
    )


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """Mean distance between promise and outcome, weighted by rows; 0 is perfect."""
    rows = np.array([each.rows for each in bins])
    gaps = np.array([abs(each.promised - each.happened) for each in bins])
    return float(np.average(gaps, weights=rows)) if len(bins) else float("nan")


def fit_temperature(
    truth: np.ndarray,
    prediction: Probabilities,
    task: Task,
    weights: np.ndarray | None = None,
) -> float:
    """The temperature with the lowest log loss on out-of-fold answers, from 0.05 to 20.

    Two rows of the n + 2 are imagined to have fallen to any class alike, so that a model which was
    right forty times is not said to be right always (Platt 1999, "Probabilistic Outputs for
    Support Vector Machines", section 2.2). The log loss is convex in 1 / temperature, so Newton's
    method within a shrinking bracket finds the minimum. `delivery.combining.cool` applies it.
    """
    row_weights = np.ones(len(truth)) if weights is None else weights
    parts = [
        (np.log(np.clip(values, _SMALLEST, 1.0)), truth[:, target])
        for target, values in enumerate(prediction.values)
    ]
    low, high = 1 / _HOTTEST, 1 / _COLDEST
    sharpness = 1.0
    for _ in range(60):
        slopes = [_slope(logs, labels, row_weights, sharpness) for logs, labels in parts]
        slope, bend = sum(s for s, _ in slopes), sum(b for _, b in slopes)
        low, high = (sharpness, high) if slope < 0 else (low, sharpness)
        step = sharpness - slope / bend if bend > 0 else np.sqrt(low * high)
        following = step if low < step < high else float(np.sqrt(low * high))
        if abs(following - sharpness) < 1e-6 * sharpness:
            break
        sharpness = float(following)
    return 1 / sharpness


def _events(
    truth: np.ndarray, prediction: Probabilities, task: Task
) -> tuple[np.ndarray, np.ndarray]:
    promised, happened = [], []
    for target, values in enumerate(prediction.values):
        if values.shape[1] == 2:
            event = np.full(len(values), positive_index(task, target))
        else:
            event = values.argmax(axis=1)
        promised.append(values[np.arange(len(values)), event])
        happened.append(truth[:, target] == event)
    return np.concatenate(promised), np.concatenate(happened).astype(np.float64)


def _bin(promised: np.ndarray, happened: np.ndarray) -> Bin:
    share = float(happened.mean())
    return Bin(
        promised=float(promised.mean()),
        happened=share,
        rows=len(promised),
        interval=_wilson(share, len(promised)),
    )


def _wilson(share: float, rows: int) -> tuple[float, float]:
    z2 = _NORMAL_90**2
    middle = (share + z2 / (2 * rows)) / (1 + z2 / rows)
    reach = _NORMAL_90 * (share * (1 - share) / rows + z2 / (4 * rows**2)) ** 0.5 / (1 + z2 / rows)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _slope(
    logs: np.ndarray, labels: np.ndarray, weights: np.ndarray, sharpness: float
) -> tuple[float, float]:
    """First and second derivative of the log loss by the sharpness, summed over rows."""
    imagined = 2 / (len(logs) + 2)
    happened = logs[np.arange(len(logs)), labels]
    happened = (1 - imagined) * happened + imagined * logs.mean(axis=1)
    scaled = sharpness * logs
    chances = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    mean = (chances * logs).sum(axis=1)
    variance = (chances * logs**2).sum(axis=1) - mean**2
    return float(weights @ (mean - happened)), float(weights @ variance)
