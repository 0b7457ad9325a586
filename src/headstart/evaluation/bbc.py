"""The score of the best of several, corrected for having been chosen (BBC-CV).

Where rows are too few to lock any away, the winner's cross-validated score is also what made it
the winner, and so is too good. The correction repeats the choice: on each bootstrap sample of rows
the best candidate is chosen on the sample and scored on the rows that the sample does not hold.
Nothing is trained anew, for the out-of-fold answers are at hand.

Reference: Tsamardinos, Greasidou and Borboudakis 2018, "Bootstrapping the out-of-sample
predictions for efficient and accurate cross-validation", Machine Learning 107, algorithm 4.

Shapes: k contenders, b resamples.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from headstart.evaluation.bootstrap import Samples, draw_samples, percentiles, raw_scores
from headstart.evaluation.evidence import Contender, Outcome
from headstart.evaluation.flawless import with_mistakes
from headstart.metrics import metric
from headstart.records import Task

_ALIKE = 1e-9


class Corrected(NamedTuple):
    """A score that includes the price of the choice, and the interval that holds it."""

    score: float
    interval: tuple[float, float]


def bbc(
    contenders: Sequence[Contender],
    task: Task,
    *,
    scale: np.ndarray | None = None,
    level: float = 0.9,
    seed: int = 0,
    resamples: int = 500,
) -> Corrected:
    """Score and interval of "take the best of these" on unseen rows.

    Contenders count on the draws that all of them have; NaN where there is no such draw.
    """
    shared = _shared_outcomes(contenders)
    if not shared:
        return Corrected(float("nan"), (float("nan"), float("nan")))
    samples = draw_samples(shared[0], task, resamples, seed)
    sign = 1.0 if metric(task.metric).direction == "up" else -1.0
    inside = _scores(shared, task, samples, samples.counts, scale)  # (k, b)
    outside = _scores(shared, task, samples, samples.left_out(), scale)
    chosen = np.argmax(np.nan_to_num(sign * inside, nan=-np.inf), axis=0)
    scores = outside[chosen, np.arange(resamples)]
    defined = scores[np.isfinite(scores)]
    mean = float(defined.mean()) if len(defined) else float("nan")
    low, high = percentiles(scores, level)
    if high - low < _ALIKE:  # no sample shows a mistake
        told = [with_mistakes(task.metric, draws, task, level, scale) for draws in shared]
        bounds = [score for score in told if score is not None]
        low, high = min([low, *bounds]), max([high, *bounds])
    return Corrected(mean, (low, high))


def _shared_outcomes(contenders: Sequence[Contender]) -> list[list[Outcome]]:
    """Per contender its outcomes on the draws that all have, in the same order."""
    by_draw = [
        {outcome.draw: outcome for outcome in each.outcomes if np.isfinite(outcome.score)}
        for each in contenders
    ]
    by_draw = [outcomes for outcomes in by_draw if outcomes]
    if not by_draw:
        return []
    draws = sorted(set.intersection(*[set(outcomes) for outcomes in by_draw]))
    return [[outcomes[draw] for draw in draws] for outcomes in by_draw] if draws else []


def _scores(
    shared: Sequence[Sequence[Outcome]],
    task: Task,
    samples: Samples,
    counts: np.ndarray,
    scale: np.ndarray | None,
) -> np.ndarray:
    """Mean score over the draws for each contender and sample; undefined draws are left out."""
    means = []
    for outcomes in shared:
        scores = np.stack(
            [raw_scores(task.metric, each, task, samples, counts, scale) for each in outcomes]
        )
        defined = np.isfinite(scores)
        total = np.where(defined, scores, 0.0).sum(axis=0)
        means.append(
            np.where(defined.any(axis=0), total / np.maximum(1, defined.sum(axis=0)), np.nan)
        )
    return np.stack(means)
