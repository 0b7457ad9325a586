"""What is gained by leaving the least sure rows unanswered: risk against coverage.

Reference: El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective Classification",
JMLR 11.

Shapes: n rows, q shares.
"""

from __future__ import annotations

import numpy as np

from headstart.delivery.adjustment import Adjustment, Sureness, sure
from headstart.metrics import predicted_labels
from headstart.records import Prediction, Probabilities

_SHARES = np.linspace(0.0, 0.98, 50)
_FEWEST_ANSWERED = 10


def fit_sureness(
    truth: np.ndarray,
    prediction: Prediction,
    adjustment: Adjustment,
    scale: np.ndarray | None = None,
) -> Sureness | None:
    """Thresholds and scores over the share of rows left; None where no row is surer than another.

    Args:
        prediction: out-of-fold and adjusted.
        scale: spread of each numeric target (t,), used where there are several.
    """
    how_sure = sure(prediction, adjustment)
    if how_sure is None or not len(truth) or np.ptp(how_sure) == 0:
        return None
    right = _right(truth, prediction, scale)
    shares = [each for each in _SHARES if len(truth) * (1 - each) >= _FEWEST_ANSWERED]
    thresholds = np.quantile(how_sure, shares) if shares else np.zeros(0)
    if not len(thresholds):
        return None
    return Sureness(
        shares=tuple(float(each) for each in shares),
        thresholds=tuple(float(each) for each in thresholds),
        scores=tuple(float(right[how_sure >= each].mean()) for each in thresholds),
        rows=len(truth),
    )


def _right(truth: np.ndarray, prediction: Prediction, scale: np.ndarray | None) -> np.ndarray:
    """Of each row the share of right labels, or the mean absolute error, (n,)."""
    if isinstance(prediction, Probabilities):
        return np.asarray((predicted_labels(prediction) == truth).mean(axis=1))
    errors = np.abs(truth - prediction.values)  # type: ignore[union-attr]
    if scale is not None and errors.shape[1] > 1:
        errors = errors / scale
    return np.asarray(errors.mean(axis=1))
