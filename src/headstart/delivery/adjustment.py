"""What out-of-fold answers taught about a model's answers, and how it is applied to new ones.

Probabilities are calibrated by a temperature or by monotone steps; a label is chosen by weighted
probabilities where the metric asks for it; a set of labels and a band around a number hold the
truth with 90 %; how sure the model is of a row can be compared with the rows it was tested on.

References: Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2 (temperature);
Zadrozny and Elkan 2002, "Transforming Classifier Scores into Accurate Multiclass Probability
Estimates", KDD (monotone steps, one class against the rest); Sadinle et al. 2019, "Least Ambiguous
Set-Valued Classifiers", JASA 114 (sets).

Shapes: n rows, t targets, c classes, q quantiles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from headstart.delivery.combining import cool
from headstart.metrics import predicted_labels
from headstart.records import Numbers, Prediction, Probabilities

Knots: TypeAlias = tuple[tuple[float, ...], tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """How sure the model was of the rows it was tested on, and how right it was.

    Attributes:
        shares: ascending shares of rows that are left unanswered, (q,), the first 0.
        thresholds: (q,): how sure it has to be to answer when that share is left.
        scores: (q,): of the rows that are then answered, the share of right labels, or the mean
            absolute error of numbers (of several targets in units of their spread).
        rows: how many rows this rests on.
    """

    shares: tuple[float, ...]
    thresholds: tuple[float, ...]
    scores: tuple[float, ...]
    rows: int

    def at(self, share: float) -> tuple[float, float]:
        """Threshold and expected score when so large a share is left unanswered.

        Example:
            >>> known = Sureness(
            ...     shares=(0.0, 0.5), thresholds=(0.5, 0.7), scores=(0.8, 0.9), rows=100)
            >>> [round(each, 3) for each in known.at(0.25)]
            [0.6, 0.85]
        """
        return (
            float(np.interp(share, self.shares, self.thresholds)),
            float(np.interp(share, self.shares, self.scores)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What out-of-fold predictions taught about the answers; the default changes nothing.

    Attributes:
        temperature: applied to probabilities where there are no steps; 1 changes nothing.
        steps: per target knots (promised, happened) of each class, or of the second one of two.
        class_weights: per target (c,): the label is the class whose probability times its weight
            is largest.
        sets: per target (c,): a class belongs to the set of a row from this probability on.
        band: per target the offsets of `lower` and `upper` around a number.
        difficulty: per target knots (predicted number, typical error there) that the offsets are
            multiplied by, or None where the band is equally wide everywhere.
        sureness: None where no row can be said to be surer than another.
    """

    temperature: float = 1.0
    steps: tuple[tuple[Knots, ...], ...] | None = None
    class_weights: tuple[tuple[float, ...], ...] | None = None
    sets: tuple[tuple[float, ...], ...] | None = None
    band: tuple[tuple[float, float], ...] | None = None
    difficulty: tuple[Knots | None, ...] | None = None
    sureness: Sureness | None = None


def adjusted(prediction: Prediction, adjustment: Adjustment) -> Prediction:
    """The answer with all that was learned about such answers."""
    if isinstance(prediction, Probabilities):
        return weighed(calibrated(prediction, adjustment), adjustment)
    if isinstance(prediction, Numbers) and adjustment.band is not None:
        return _banded(prediction, adjustment)
    return prediction


def calibrated(prediction: Probabilities, adjustment: Adjustment) -> Probabilities:
    """Probabilities that mean what they say."""
    if adjustment.steps is None:
        return cool(prediction, adjustment.temperature)
    return Probabilities(
        values=tuple(
            stepped(values, knots)
            for values, knots in zip(prediction.values, adjustment.steps, strict=True)
        )
    )


def stepped(values: np.ndarray, knots: tuple[Knots, ...]) -> np.ndarray:
    """Each class's probability at its knots, scaled to a sum of 1, (n, c).

    Example:
        >>> stepped(np.array([[0.5, 0.5]]), (((0.0, 1.0), (0.0, 0.4)),)).round(3)
        array([[0.8, 0.2]])
    """
    if len(knots) == 1:
        second = np.interp(values[:, 1], *knots[0])
        return np.column_stack([1 - second, second])
    found = np.column_stack([np.interp(values[:, k], *each) for k, each in enumerate(knots)])
    total = found.sum(axis=1, keepdims=True)
    return np.where(total > 0, found / np.where(total > 0, total, 1.0), values)


def weighed(prediction: Probabilities, adjustment: Adjustment) -> Probabilities:
    """The same probabilities with what a class weighs when a label is chosen."""
    if adjustment.class_weights is None:
        return prediction
    weights = tuple(np.asarray(each) for each in adjustment.class_weights)
    return replace(prediction, class_weights=weights)


def label_sets(prediction: Probabilities, adjustment: Adjustment) -> list[np.ndarray] | None:
    """Per target which labels hold the truth with 90 %, bool (n, c), the answer among them."""
    if adjustment.sets is None:
        return None
    found, labels = [], predicted_labels(prediction)
    for target, values in enumerate(prediction.values):
        inside = values >= np.asarray(adjustment.sets[target])
        inside[np.arange(len(values)), labels[:, target]] = True
        found.append(inside)
    return found


def sure(prediction: Prediction, adjustment: Adjustment) -> np.ndarray | None:
    """How sure each answer is, (n,), the surer the larger; None where all are alike.

    Of labels: the probability of the answer, the least of several targets. Of numbers: how small
    the typical error is, compared with its mean.
    """
    if isinstance(prediction, Probabilities):
        labels = predicted_labels(prediction)
        chances = [
            values[np.arange(len(values)), labels[:, target]]
            for target, values in enumerate(prediction.values)
        ]
        return np.asarray(np.min(chances, axis=0))
    known = adjustment.difficulty or ()
    if not isinstance(prediction, Numbers) or not any(known):
        return None
    errors = [
        typical_errors(prediction.values[:, target], knots) / np.mean(knots[1])
        for target, knots in enumerate(known)
        if knots is not None
    ]
    return -np.asarray(np.mean(errors, axis=0))


def typical_errors(numbers: np.ndarray, knots: Knots | None) -> np.ndarray:
    """How far such predictions are off as a rule, (n,); 1 where it is the same everywhere."""
    return np.ones(len(numbers)) if knots is None else np.interp(numbers, *knots)


def adjustment_from_plain(values: Mapping[str, Any]) -> Adjustment:
    """The adjustment that `plain` wrote; what an earlier Headstart did not know stays empty."""
    known = {name: _tuples(value) for name, value in values.items() if name != "sureness"}
    sureness = values.get("sureness")
    kept = None
    if sureness is not None:
        kept = Sureness(**{name: _tuples(value) for name, value in sureness.items()})
    return Adjustment(**{**known, "temperature": float(values["temperature"])}, sureness=kept)


def _banded(prediction: Numbers, adjustment: Adjustment) -> Numbers:
    assert adjustment.band is not None
    values = prediction.values
    known = adjustment.difficulty or (None,) * values.shape[1]
    errors = np.column_stack([typical_errors(values[:, t], each) for t, each in enumerate(known)])
    low, high = np.asarray(adjustment.band).T
    return Numbers(values=values, lower=values + low * errors, upper=values + high * errors)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(each) for each in value) if isinstance(value, list | tuple) else value
