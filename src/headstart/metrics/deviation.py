"""Metrics of numbers: how far the prediction lies from the truth.

With several targets an error is first divided by that target's spread in training, so that a
target in grams does not outweigh one in tons; then comes the mean over the targets.

Shapes: n rows, t targets, b resamples.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from headstart.errors import DataError
from headstart.metrics.metric import Measure, OfWeights, Truth, as_columns, average, mean_of, ratio
from headstart.records import Numbers, Prediction, Task

OfTarget = Callable[[np.ndarray, np.ndarray], OfWeights]
"""Truth (n,) and prediction (n,) of one target, in units of its spread."""


def by_target(score: OfTarget) -> Measure:
    """A metric from a function of one target; the mean over targets."""

    def measure(
        truth: Truth, prediction: Prediction, task: Task, scale: np.ndarray | None
    ) -> OfWeights:
        assert truth is not None
        numbers = numbers_of(prediction)
        units = spreads(scale, truth.shape[1]) if truth.shape[1] > 1 else np.ones(1)
        return mean_of(
            [
                score(truth[:, target] / units[target], numbers[:, target] / units[target])
                for target in range(truth.shape[1])
            ]
        )

    return measure


def by_unit_free_target(score: OfTarget) -> Measure:
    """The same for a metric that has no unit, or that must see the values as they are."""
    scaled = by_target(score)
    return lambda truth, prediction, task, scale: scaled(truth, prediction, task, None)


def numbers_of(prediction: Prediction) -> np.ndarray:
    """Predicted numbers as (n, t)."""
    assert isinstance(prediction, Numbers), "an error of numbers needs predicted numbers"
    return as_columns(prediction.values)


def spreads(scale: np.ndarray | None, targets: int) -> np.ndarray:
    """The targets' spreads (t,); one where none is given or the target is constant."""
    if scale is None:
        return np.ones(targets)
    scale = np.broadcast_to(np.asarray(scale, dtype=np.float64), (targets,))
    return np.where(scale > 0, scale, 1.0)


def mse(truth: np.ndarray, predicted: np.ndarray) -> OfWeights:
    """Mean squared error; infinite where an answer is so wild that its square is."""
    return average((truth - predicted) ** 2)


def rmse(truth: np.ndarray, predicted: np.ndarray) -> OfWeights:
    """Root of the mean squared error, in the target's units."""
    squares = mse(truth, predicted)
    return lambda weights: np.sqrt(squares(weights))


def mae(truth: np.ndarray, predicted: np.ndarray) -> OfWeights:
    """Mean absolute error, in the target's units."""
    return average(np.abs(truth - predicted))


def median_absolute_error(truth: np.ndarray, predicted: np.ndarray) -> OfWeights:
    """Error that half of the rows stay below; with an even count, between the middle two."""
    errors = np.abs(truth - predicted)
    order = np.argsort(errors, kind="stable")
    ordered = errors[order]

    def of_weights(weights: np.ndarray) -> np.ndarray:
        reached = np.cumsum(weights[:, order], axis=1)
        half = reached[:, -1:] / 2
        # The slack keeps sums of fractional weights from missing an exact half.
        lower = (reached >= half * (1 - 1e-12)).argmax(axis=1)
        upper = (reached > half * (1 + 1e-12)).argmax(axis=1)
        middle = (ordered[lower] + ordered[upper]) / 2
        return np.where(half[:, 0] > 0, middle, np.nan)

    return of_weights


def r2(truth: np.ndarray, predicted: np.ndarray) -> OfWeights:
    """Share of the truth's variance that the prediction explains; NaN for a constant truth."""
    centred = truth - truth.mean()  # keeps the squares small, so that nothing cancels
    errors = (truth - predicted) ** 2
    is_constant = bool(np.all(truth == truth[0]))

    def of_weights(weights: np.ndarray) -> np.ndarray:
        total = weights.sum(axis=1)
        variance = weights @ centred**2 - ratio((weights @ centred) ** 2, total)
        floor = 1e-12 * (weights @ centred**2)
        defined = (variance > floor) & (not is_constant)
        return 1.0 - ratio(weights @ errors, np.where(defined, variance, 0.0))

    return of_weights


def mape(truth: np.ndarray, predicted: np.ndarray) -> OfWeights:
    """Mean of the error's share in the truth (0.1 is ten percent)."""
    return average(np.abs((truth - predicted) / truth))


def rmsle(truth: np.ndarray, predicted: np.ndarray) -> OfWeights:
    """RMSE of log(1 + value); NaN where a predicted value is -1 or less."""
    if np.any(predicted <= -1):
        return lambda weights: np.full(len(weights), np.nan)
    return rmse(np.log1p(truth), np.log1p(predicted))


def no_zeros(truth: np.ndarray) -> DataError | None:
    """The objection of `mape`: no error can be a share of zero."""
    zeros = int((truth == 0).sum())
    if not zeros:
        return None
    return DataError(
        f"`mape` divides by the target, which is 0 in {zeros:,} of {len(truth):,} rows.",
        "Use `mae`, or `rmsle` where the target spans several orders of magnitude.",
    )


def no_negatives(truth: np.ndarray) -> DataError | None:
    """The objection of `rmsle`: values below zero."""
    if not np.any(truth < 0):
        return None
    return DataError(
        f"`rmsle` needs targets of 0 or more, and the smallest is {truth.min():g}.",
        "Use `rmse` or `mae`.",
    )
