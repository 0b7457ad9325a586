"""Losses: always lower is better, and proper, so that racing on them cannot mislead.

Accuracy jumps and ranks ignore confidence; a proper loss moves smoothly with every row. It
promotes candidates in the race, while the verdict is reached on the task's metric.

Shapes: n rows, t targets.
"""

from __future__ import annotations

import numpy as np

from headstart.errors import AskError
from headstart.metrics.deviation import numbers_of, spreads
from headstart.metrics.metric import Truth, as_columns
from headstart.metrics.probability import surprise
from headstart.records import Episodes, Prediction, Task


def proper_loss(
    truth: Truth,
    prediction: Prediction,
    task: Task,
    *,
    weights: np.ndarray | None = None,
    scale: np.ndarray | None = None,
) -> float:
    """The loss on which candidates are promoted.

    Classification: log loss in nats. Numbers: RMSE in units of `scale` (t,), the root taken
    after the mean over rows and targets. Worlds: minus the mean return. NaN where a row has no
    finite answer.

    Example:
        >>> from headstart.records import Numbers
        >>> task = Task(kind="regression", targets=("y",))
        >>> answer = Numbers(values=np.array([[3.0], [5.0]]))
        >>> proper_loss(np.array([[1.0], [3.0]]), answer, task, scale=np.array([4.0]))
        0.5
    """
    losses = row_losses(truth, prediction, task, scale=scale)
    if not len(losses):
        return float("nan")
    mean = float(np.average(losses, weights=weights))
    return float(np.sqrt(mean)) if task.kind in ("regression", "forecasting") else mean


def row_losses(
    truth: Truth, prediction: Prediction, task: Task, *, scale: np.ndarray | None = None
) -> np.ndarray:
    """One loss per row, (n,), mean over targets.

    Classification: surprise in nats. Numbers: squared error over the square of `scale`. Worlds:
    minus the return of each episode.
    """
    truth = None if truth is None else as_columns(truth)
    if isinstance(prediction, Episodes):
        return -np.asarray(prediction.returns, dtype=np.float64)
    if task.kind == "classification":
        assert truth is not None
        return surprise(truth, prediction)
    if task.kind in ("regression", "forecasting"):
        assert truth is not None
        units = spreads(scale, truth.shape[1])
        with np.errstate(over="ignore"):  # a wild answer has an infinite loss
            return (((truth - numbers_of(prediction)) / units) ** 2).mean(axis=1)
    raise AskError(f"there is no loss per row for tasks of kind {task.kind} yet.")
