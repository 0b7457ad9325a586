"""Arithmetic on predictions: weighted means of several models, selections, temperature.

Shapes: n rows, t targets, c classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from headstart.records import Actions, Episodes, Numbers, Prediction, Probabilities


def combine(predictions: Sequence[Prediction], weights: Sequence[float]) -> Prediction:
    """The weighted mean of predictions for the same rows; weights are scaled to a sum of 1.

    Example:
        >>> one, two = (Numbers(values=np.array([[v]])) for v in (1.0, 3.0))
        >>> combine([one, two], [0.25, 0.75]).values
        array([[2.5]])
    """
    if len(predictions) == 1:
        return predictions[0]
    shares = np.asarray(weights, dtype=np.float64) / np.sum(weights)
    if all(isinstance(each, Probabilities) for each in predictions):
        members = [each.values for each in predictions if isinstance(each, Probabilities)]
        return Probabilities(
            values=tuple(_mean(arrays, shares) for arrays in zip(*members, strict=True))
        )
    if all(isinstance(each, Numbers) for each in predictions):
        arrays = [each.values for each in predictions if isinstance(each, Numbers)]
        return Numbers(values=_mean(arrays, shares))
    raise TypeError(f"{type(predictions[0]).__name__} cannot be averaged")


def stack(predictions: Sequence[Prediction]) -> Prediction:
    """Answers for several groups of rows, one group after the other.

    Example:
        >>> one, two = (Numbers(values=np.array([[v]])) for v in (1.0, 3.0))
        >>> stack([one, two]).values.ravel()
        array([1., 3.])
    """
    if all(isinstance(each, Probabilities) for each in predictions):
        members = [each.values for each in predictions if isinstance(each, Probabilities)]
        return Probabilities(
            values=tuple(np.concatenate(arrays) for arrays in zip(*members, strict=True))
        )
    if all(isinstance(each, Numbers) for each in predictions):
        arrays = [each.values for each in predictions if isinstance(each, Numbers)]
        return Numbers(values=np.concatenate(arrays))
    raise TypeError(f"{type(predictions[0]).__name__} cannot be stacked")


def cool(prediction: Probabilities, temperature: float) -> Probabilities:
    """Probabilities at a temperature: above 1 less sure, below 1 surer; the order is unchanged.

    Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2.
    """
    if temperature == 1.0:
        return prediction
    return Probabilities(values=tuple(_cooled(each, temperature) for each in prediction.values))


def select(prediction: Prediction, rows: np.ndarray) -> Prediction:
    """The answers for some of the rows, by position."""
    match prediction:
        case Probabilities(values=arrays):
            return replace(prediction, values=tuple(each[rows] for each in arrays))
        case Numbers(values=values, lower=lower, upper=upper):
            return Numbers(
                values=values[rows],
                lower=None if lower is None else lower[rows],
                upper=None if upper is None else upper[rows],
            )
        case Actions(values=values):
            return Actions(values=values[rows])
        case Episodes(returns=returns, steps=steps, seeds=seeds):
            return Episodes(returns=returns[rows], steps=steps[rows], seeds=seeds[rows])
    raise TypeError(f"{type(prediction).__name__} has no rows to select")


def _mean(arrays: Sequence[np.ndarray], shares: np.ndarray) -> np.ndarray:
    return np.tensordot(shares, np.stack(arrays), axes=1)


def _cooled(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    logits = np.log(np.clip(probabilities, 1e-15, 1.0)) / temperature
    logits -= logits.max(axis=1, keepdims=True)
    raised = np.exp(logits)
    return raised / raised.sum(axis=1, keepdims=True)
