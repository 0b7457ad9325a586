"""Scores: a metric at the rows as they are, or at many bootstrap samples of them.

Shapes: n rows, t targets, b resamples.
"""

from __future__ import annotations

import numpy as np

from headstart.metrics.metric import OfWeights, Truth, as_columns, finite_rows
from headstart.metrics.table import metric
from headstart.records import Prediction, Task

_MOST_WEIGHTS_AT_ONCE = 1_000_000


def score(
    name: str,
    truth: Truth,
    prediction: Prediction,
    task: Task,
    *,
    weights: np.ndarray | None = None,
    scale: np.ndarray | None = None,
) -> float:
    """One number; NaN where it is undefined.

    That is: one class in the truth of `roc_auc`, a row without a finite answer, a truth that the
    metric cannot judge (`check_truth` says so in words).

    Args:
        truth: class indices (n, t) or numbers (n, t); None for worlds.
        weights: row weights (n,), none negative.
        scale: the targets' spread in training (t,), used where there are several.

    Raises:
        AskError: an unknown metric, or one that does not fit the kind of task.

    Example:
        >>> from headstart.records import Numbers
        >>> task = Task(kind="regression", targets=("y",))
        >>> score("rmse", np.array([[0.0], [0.0]]), Numbers(values=np.array([[3.0], [4.0]])), task)
        3.5355339059327378
    """
    of_weights = over_rows(name, truth, prediction, task, scale=scale)
    row = np.ones(len(prediction)) if weights is None else np.asarray(weights, dtype=np.float64)
    return float(of_weights(row[None, :])[0])


def resampled(
    name: str,
    truth: Truth,
    prediction: Prediction,
    task: Task,
    counts: np.ndarray,
    *,
    weights: np.ndarray | None = None,
    scale: np.ndarray | None = None,
) -> np.ndarray:
    """The score on each of many bootstrap samples, (b,); NaN where a sample leaves it undefined.

    Args:
        counts: how often each sample holds each row, (b, n).

    Example:
        >>> from headstart.records import Numbers
        >>> task = Task(kind="regression", targets=("y",))
        >>> truth, answer = np.array([[0.0], [0.0]]), Numbers(values=np.array([[3.0], [4.0]]))
        >>> resampled("mae", truth, answer, task, np.array([[2, 0], [1, 1], [0, 2]]))
        array([3. , 3.5, 4. ])
    """
    return in_chunks(over_rows(name, truth, prediction, task, scale=scale), counts, weights)


def over_rows(
    name: str,
    truth: Truth,
    prediction: Prediction,
    task: Task,
    *,
    scale: np.ndarray | None = None,
) -> OfWeights:
    """The metric as a function of row weights (b, n) -> (b,): sorts and looks up only once."""
    asked = metric(name, task.kind)
    truth = None if truth is None else as_columns(truth)
    is_judged = truth is None or asked.objection(truth) is None
    if len(prediction) == 0 or not is_judged or not finite_rows(prediction).all():
        return lambda weights: np.full(len(weights), np.nan)
    with np.errstate(over="ignore"):
        measured = asked.measure(truth, prediction, task, scale)

    def of_weights(weights: np.ndarray) -> np.ndarray:
        # Wild but finite answers have infinite squares: an infinite or undefined score, no noise.
        with np.errstate(over="ignore", invalid="ignore"):
            return measured(weights)

    return of_weights


def check_truth(name: str, truth: Truth, task: Task) -> None:
    """Refuse a truth that the metric cannot judge; call it before anything is trained.

    Raises:
        DataError: `mape` and a target of 0, `rmsle` and a negative target.
    """
    objection = None if truth is None else metric(name, task.kind).objection(as_columns(truth))
    if objection is not None:
        raise objection


def in_chunks(
    of_weights: OfWeights, counts: np.ndarray, weights: np.ndarray | None = None
) -> np.ndarray:
    """A function of row weights at each row of `counts` (times `weights`), in little memory."""
    most = max(1, _MOST_WEIGHTS_AT_ONCE // max(1, counts.shape[1]))
    chunks = [counts[start : start + most] for start in range(0, len(counts), most)]
    row = np.ones(1) if weights is None else weights
    return np.concatenate([of_weights(chunk * row) for chunk in chunks] or [np.zeros(0)])
