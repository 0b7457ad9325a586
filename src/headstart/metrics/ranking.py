"""Metrics of order: whether positive rows get higher scores than the others.

Rows are sorted once; rows of equal score form a tie group and count as neither before nor behind
each other. More than two classes: each class against the rest, and the mean over the classes for
which that is defined (present in the truth, and not everywhere).

Shapes: n rows, g tie groups, b resamples.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from headstart.metrics.metric import (
    Measure,
    OfWeights,
    Truth,
    mean_of,
    positive_index,
    ratio,
)
from headstart.records import AnomalyScores, Prediction, Probabilities, Task

OfGroups = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Positive and negative weight in each tie group, highest score first, (b, g) -> scores (b,)."""


def by_order(score: OfGroups) -> Measure:
    """A metric from a function of the tie groups of one class against the rest."""

    def measure(truth: Truth, prediction: Prediction, task: Task, scale: object) -> OfWeights:
        assert truth is not None
        targets = []
        for target, values in enumerate(_columns(prediction)):
            positives = _asked_classes(task, target, values.shape[1])
            ranked = [_ranked(score, truth[:, target] == c, values[:, c]) for c in positives]
            targets.append(ranked[0] if len(ranked) == 1 else _mean_of_defined(ranked))
        return mean_of(targets)

    return measure


def roc_auc(positive: np.ndarray, negative: np.ndarray) -> np.ndarray:
    """Chance that a positive row is ranked before a negative one; a tie counts one half."""
    behind = negative.sum(axis=1, keepdims=True) - np.cumsum(negative, axis=1) + negative / 2
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    return ratio((positive * behind).sum(axis=1), pairs)


def average_precision(positive: np.ndarray, negative: np.ndarray) -> np.ndarray:
    """Mean precision at each positive row, from the top of the ranking; no interpolation."""
    found = np.cumsum(positive, axis=1)
    said = found + np.cumsum(negative, axis=1)
    precision = np.nan_to_num(ratio(found, said), nan=0.0)
    return ratio((positive * precision).sum(axis=1), found[:, -1])


def _columns(prediction: Prediction) -> tuple[np.ndarray, ...]:
    if isinstance(prediction, AnomalyScores):
        return (np.stack([-prediction.values, prediction.values], axis=1),)
    assert isinstance(prediction, Probabilities), "a ranking needs class probabilities"
    return prediction.values


def _asked_classes(task: Task, target: int, classes: int) -> list[int]:
    return [positive_index(task, target)] if classes == 2 else list(range(classes))


def _ranked(score: OfGroups, is_positive: np.ndarray, values: np.ndarray) -> OfWeights:
    order = np.argsort(-values, kind="stable")
    ordered, positive = values[order], is_positive[order].astype(np.float64)
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    has_ties = len(starts) < len(ordered)

    def of_weights(weights: np.ndarray) -> np.ndarray:
        weights = weights[:, order]
        positives = weights * positive
        negatives = weights - positives
        if has_ties:
            positives = np.add.reduceat(positives, starts, axis=1)
            negatives = np.add.reduceat(negatives, starts, axis=1)
        return score(positives, negatives)

    return of_weights


def _mean_of_defined(parts: list[OfWeights]) -> OfWeights:
    def of_weights(weights: np.ndarray) -> np.ndarray:
        scores = np.stack([part(weights) for part in parts])
        defined = np.isfinite(scores)
        return ratio(np.where(defined, scores, 0.0).sum(axis=0), defined.sum(axis=0))

    return of_weights
