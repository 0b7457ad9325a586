"""Contenders as they would decide: labels by weights that rows of other draws taught.

Where the metric asks for another label than the likeliest, the model is delivered with such
weights, so the verdict must compare what they make of each contender. Each draw's labels are chosen
with weights of the other draws' answers; where there is one draw alone, each half of its rows with
weights of the other half. Nothing is scored on rows that taught its weights.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from headstart import metrics
from headstart.delivery.combining import select, stack
from headstart.evaluation import Contender, Outcome
from headstart.evaluation.class_weights import fit_class_weights, wants_weights
from headstart.experiment.material import Material
from headstart.records import Direct, Probabilities

_RESAMPLES = 5  # many contenders on many draws, each for itself


def decided(material: Material, contender: Contender) -> Contender:
    """The contender with weighted probabilities, and the scores that these get.

    `Direct` learns nothing from labels, so its labels stay the likeliest.
    """
    if not wants_weights(material.task) or isinstance(contender.start, Direct):
        return contender
    outcomes = tuple(
        _again(material, one, [each for each in contender.outcomes if each is not one])
        for one in contender.outcomes
    )
    return replace(contender, outcomes=outcomes)


def _again(material: Material, one: Outcome, others: list[Outcome]) -> Outcome:
    everything = np.arange(len(one.prediction))
    if others:
        prediction = _weighed(material, one, everything, others)
    else:
        half = everything % 2 == 0
        parts = [
            _weighed(material, one, everything[side], [_rows(one, everything[~side])])
            for side in (half, ~half)
        ]
        order = np.argsort(np.concatenate([everything[half], everything[~half]]))
        joined = select(stack(parts), order)
        assert isinstance(joined, Probabilities)
        prediction = joined
    task = material.task
    score = metrics.score(task.metric, one.truth, prediction, task, weights=one.weights)
    return replace(one, prediction=prediction, score=score)


def _weighed(
    material: Material, one: Outcome, rows: np.ndarray, teachers: list[Outcome]
) -> Probabilities:
    """Some rows' probabilities, each times its class's weight, scaled to a sum of 1."""
    asked = select(one.prediction, rows)
    assert isinstance(asked, Probabilities)
    taught = stack([each.prediction for each in teachers])
    assert isinstance(taught, Probabilities)
    weights = fit_class_weights(
        np.concatenate([each.truth for each in teachers if each.truth is not None]),
        taught,
        material.task,
        _joined([each.weights for each in teachers]),
        seed=material.seed,
        resamples=_RESAMPLES,
    )
    if weights is None:
        return Probabilities(values=asked.values)
    products = [values * np.asarray(w) for values, w in zip(asked.values, weights, strict=True)]
    return Probabilities(values=tuple(each / each.sum(axis=1, keepdims=True) for each in products))


def _rows(outcome: Outcome, rows: np.ndarray) -> Outcome:
    assert outcome.truth is not None
    weights = None if outcome.weights is None else outcome.weights[rows]
    return replace(
        outcome,
        truth=outcome.truth[rows],
        prediction=select(outcome.prediction, rows),
        weights=weights,
        blocks=None,
    )


def _joined(weights: list[np.ndarray | None]) -> np.ndarray | None:
    kept = [each for each in weights if each is not None]
    return np.concatenate(kept) if len(kept) == len(weights) else None
