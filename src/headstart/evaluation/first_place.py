"""How probable it is that each contender is the best of all: from joint draws of all scores.

Pairwise probabilities do not add up: of three equals each beats each other one with a half, and is
the best with a third. So all scores are drawn together, which keeps what they have in common, and
it is counted who is ahead. As in `comparison` there are two sources of chance, draws and rows, and
the one that is less sure of the leader counts. Over the draws the joint posterior is the
multivariate Student's t whose margins are the correlated t-test's (`posterior`).

Nothing is taken off for the luck of having been measured best; `Comparison.probability` does that.

Shapes: k draws, m contenders, b resamples.
"""

from __future__ import annotations

import numpy as np

from headstart.evaluation.comparison import Comparison

_TIMES = 4_000


def chances_of_first(comparison: Comparison) -> dict[str, float]:
    """Contender -> the probability that no other has a better mean; they sum to 1.

    Draws count that all contenders have; empty where there is none.
    """
    names = list(comparison.scores)
    shared = sorted(set.intersection(*(set(each) for each in comparison.scores.values())))
    if not shared:
        return {}
    sign = comparison.metric.gain(1.0, 0.0)  # up: better is more
    scores = sign * np.array([[comparison.scores[name][d] for name in names] for d in shared])
    samples = (
        sign
        * np.array(
            [np.mean([comparison.samples[name][d] for d in shared], axis=0) for name in names]
        ).T
    )  # (b, m)
    chances = _counted(samples[np.isfinite(samples).all(axis=1)])
    if len(shared) > 1:
        generator = np.random.default_rng(comparison.seed)
        drawn = _posterior(scores, comparison.check_share, generator)
        by_draws, leader = _counted(drawn), int(scores.mean(axis=0).argmax())
        chances = min(chances, by_draws, key=lambda each: each[leader])
    return dict(zip(names, chances.tolist(), strict=True))


def _posterior(
    scores: np.ndarray, check_share: float, generator: np.random.Generator
) -> np.ndarray:
    """Means drawn together, (times, m), from scores (k, m)."""
    k = len(scores)
    spread = (1 / k + check_share / (1 - check_share)) ** 0.5
    normal = generator.standard_normal((_TIMES, k)) / (k - 1) ** 0.5
    tail = np.sqrt((k - 1) / generator.chisquare(k - 1, _TIMES))
    apart = scores - scores.mean(axis=0)
    return np.asarray(scores.mean(axis=0) + spread * tail[:, None] * (normal @ apart))


def _counted(drawn: np.ndarray) -> np.ndarray:
    """How often each column is the largest, (m,); equals share."""
    if not len(drawn):
        return np.full(drawn.shape[1], 1 / drawn.shape[1])
    first = drawn == drawn.max(axis=1, keepdims=True)
    return np.asarray((first / first.sum(axis=1, keepdims=True)).mean(axis=0))
