"""Where predicted numbers are usually far off: a typical error for each size of the prediction.

Errors often grow with what is predicted, as with prices. A band that is wider there and narrower
elsewhere holds as many rows with less width. Whether it does is measured: both kinds of band are
learned on four fifths of the out-of-fold answers and scored on the last one, in turn, by the
interval score. The typical errors are taken where that score is lower beyond its standard error.

References: Papadopoulos et al. 2002, "Inductive Confidence Machines for Regression", ECML, for
normalised residuals; Gneiting and Raftery 2007, "Strictly Proper Scoring Rules", JASA 102,
section 6.2, for the interval score.

Shapes: n rows.
"""

from __future__ import annotations

import numpy as np

from headstart.delivery.adjustment import Knots, typical_errors
from headstart.evaluation.conformal import residual_band

_FEWEST_ROWS, _ROWS_OF_A_BIN, _MOST_BINS = 200, 40, 20
_FOLDS = 5
_LEVEL = 0.9


def fit_difficulty(
    truth: np.ndarray, predicted: np.ndarray, blocks: np.ndarray | None = None
) -> Knots | None:
    """Typical errors of one target by its prediction; None where an even band serves as well.

    Args:
        truth, predicted: out-of-fold, (n,).
        blocks: rows of a block stay in one fold.
    """
    if len(truth) < _FEWEST_ROWS:
        return None
    order = np.arange(len(truth)) if blocks is None else np.unique(blocks, return_inverse=True)[1]
    gains = np.empty(len(truth))
    for fold in range(_FOLDS):
        inside, out = order % _FOLDS != fold, order % _FOLDS == fold
        even, by_size = (
            _scores(truth, predicted, inside, out, knots)
            for knots in (None, typical(truth[inside], predicted[inside]))
        )
        gains[out] = even - by_size
    error = float(gains.std() / np.sqrt(len(gains)))
    return typical(truth, predicted) if gains.mean() > error else None


def typical(truth: np.ndarray, predicted: np.ndarray) -> Knots:
    """Mean absolute error in bins of equally many predictions, smoothed over neighbouring bins."""
    bins = int(np.clip(len(truth) // _ROWS_OF_A_BIN, 1, _MOST_BINS))
    errors, order = np.abs(truth - predicted), np.argsort(predicted, kind="stable")
    parts = np.array_split(order, bins)
    across = np.array([predicted[rows].mean() for rows in parts])
    smallest = max(1e-3 * float(errors.mean()), 1e-12)
    up = _smoothed(np.array([max(float(errors[rows].mean()), smallest) for rows in parts]))
    ends = np.array([predicted[order[0]], predicted[order[-1]]])
    up = np.concatenate([[_beyond(across, up, ends[0], 0)], up, [_beyond(across, up, ends[1], -1)]])
    across = np.concatenate([ends[:1], across, ends[1:]])
    return tuple(map(float, across)), tuple(map(float, up))


def _smoothed(errors: np.ndarray) -> np.ndarray:
    """Each bin's logarithm with half of that of its two neighbours."""
    logs = np.log(np.concatenate([errors[:1], errors, errors[-1:]]))
    return np.asarray(np.exp((logs[:-2] + 2 * logs[1:-1] + logs[2:]) / 4))


def _beyond(across: np.ndarray, up: np.ndarray, at: float, end: int) -> float:
    """The line through the last two bins at the outermost prediction, at most twice or half."""
    inner = 1 if end == 0 else -2
    if len(across) < 2 or across[end] == across[inner]:
        return float(up[end])
    slope = (up[end] - up[inner]) / (across[end] - across[inner])
    return float(np.clip(up[end] + slope * (at - across[end]), up[end] / 2, up[end] * 2))


def _scores(
    truth: np.ndarray,
    predicted: np.ndarray,
    inside: np.ndarray,
    out: np.ndarray,
    knots: Knots | None,
) -> np.ndarray:
    """The interval score of each row that is out, with a band of those inside, (n,)."""
    errors = typical_errors(predicted, knots)
    scaled = ((truth - predicted) / errors)[inside]
    band = residual_band(scaled[:, None], np.zeros((len(scaled), 1)), _LEVEL)
    low = predicted[out] + band.lower[0] * errors[out]
    high = predicted[out] + band.upper[0] * errors[out]
    beyond = np.maximum(low - truth[out], 0) + np.maximum(truth[out] - high, 0)
    return np.asarray(high - low + 2 / (1 - _LEVEL) * beyond)
