"""Metrics of predicted labels: how often the most probable class is the true one.

All of them are functions of three counts per class: rows that are it, rows said to be it, and
rows that are both. Several classes are averaged as scikit-learn does: `macro` over the classes
that occur in truth or prediction, `weighted` by how often they are true.

A score is NaN where the truth alone makes it impossible (no row of the positive class), and zero
where the prediction does (the positive class was never predicted).

Shapes: n rows, c classes, b resamples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from headstart.metrics.metric import (
    Measure,
    OfWeights,
    Truth,
    average,
    mean_of,
    positive_index,
    predicted_labels,
    ratio,
)
from headstart.records import Prediction, Task


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """Weighted rows per class, each (b, c); `positive` is the class that binary metrics mean."""

    right: np.ndarray
    actual: np.ndarray
    predicted: np.ndarray
    positive: int

    @property
    def is_binary(self) -> bool:
        return self.right.shape[1] == 2


OfCounts = Callable[[Counts], np.ndarray]


def accuracy(truth: Truth, prediction: Prediction, task: Task, scale: object) -> OfWeights:
    """Share of rows whose most probable class is the true one."""
    assert truth is not None
    return average((predicted_labels(prediction) == truth).mean(axis=1))


def by_counts(score: OfCounts) -> Measure:
    """A metric from a function of the class counts of one target; the mean over targets."""

    def measure(truth: Truth, prediction: Prediction, task: Task, scale: object) -> OfWeights:
        assert truth is not None
        predicted = predicted_labels(prediction)
        return mean_of(
            [
                _counted(
                    score,
                    truth[:, target],
                    predicted[:, target],
                    len(task.classes[target]),
                    positive_index(task, target),
                )
                for target in range(truth.shape[1])
            ]
        )

    return measure


def balanced_accuracy(counts: Counts) -> np.ndarray:
    """Mean recall of the classes that occur in the truth."""
    return _mean_where(ratio(counts.right, counts.actual), counts.actual > 0)


def precision(counts: Counts) -> np.ndarray:
    """Share of rows said to be positive that are."""
    return _binary_or_macro(counts, _zero_for_nan(ratio(counts.right, counts.predicted)))


def recall(counts: Counts) -> np.ndarray:
    """Share of positive rows that were found."""
    scores = _zero_for_nan(ratio(counts.right, counts.actual))
    return _unless_absent(counts, _binary_or_macro(counts, scores))


def f1(counts: Counts) -> np.ndarray:
    """Harmonic mean of precision and recall; of the positive class, or macro for more classes."""
    return _unless_absent(counts, _binary_or_macro(counts, _f1_by_class(counts)))


def f1_macro(counts: Counts) -> np.ndarray:
    """Mean of the classes' F1, each class counting the same."""
    return _mean_where(_f1_by_class(counts), _occurring(counts))


def f1_weighted(counts: Counts) -> np.ndarray:
    """Mean of the classes' F1, weighted by how often a class is true."""
    return ratio((_f1_by_class(counts) * counts.actual).sum(axis=1), counts.actual.sum(axis=1))


def matthews(counts: Counts) -> np.ndarray:
    """Correlation of truth and prediction; zero for a constant answer (Gorodkin 2004, eq. 8)."""
    rows = counts.actual.sum(axis=1)
    covariance = counts.right.sum(axis=1) * rows - (counts.actual * counts.predicted).sum(axis=1)
    spread_truth = rows**2 - (counts.actual**2).sum(axis=1)
    spread_answer = rows**2 - (counts.predicted**2).sum(axis=1)
    constant_answer = (spread_answer <= 0) & (spread_truth > 0)
    score = ratio(covariance, np.sqrt(np.maximum(spread_truth * spread_answer, 0)))
    return np.where(constant_answer, 0.0, score)


def _counted(
    score: OfCounts, truth: np.ndarray, predicted: np.ndarray, classes: int, positive: int
) -> OfWeights:
    hit = truth == predicted
    right_labels = truth[hit]

    def of_weights(weights: np.ndarray) -> np.ndarray:
        return score(
            Counts(
                right=_sums(right_labels, weights[:, hit], classes),
                actual=_sums(truth, weights, classes),
                predicted=_sums(predicted, weights, classes),
                positive=positive,
            )
        )

    return of_weights


def _sums(labels: np.ndarray, weights: np.ndarray, classes: int) -> np.ndarray:
    return np.stack([np.bincount(labels, row, minlength=classes) for row in weights])


def _f1_by_class(counts: Counts) -> np.ndarray:
    return _zero_for_nan(ratio(2 * counts.right, counts.actual + counts.predicted))


def _binary_or_macro(counts: Counts, by_class: np.ndarray) -> np.ndarray:
    if counts.is_binary:
        return by_class[:, counts.positive]
    return _mean_where(by_class, _occurring(counts))


def _unless_absent(counts: Counts, scores: np.ndarray) -> np.ndarray:
    if not counts.is_binary:
        return scores
    return np.where(counts.actual[:, counts.positive] > 0, scores, np.nan)


def _occurring(counts: Counts) -> np.ndarray:
    return (counts.actual + counts.predicted) > 0


def _mean_where(values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    return ratio(np.where(chosen, values, 0.0).sum(axis=1), chosen.sum(axis=1))


def _zero_for_nan(values: np.ndarray) -> np.ndarray:
    return np.nan_to_num(values, nan=0.0)
