"""Who cannot be told from the best: differences on the same test rows, with a 95 % interval.

The interval is a paired bootstrap over test rows. Where a candidate was trained several times, its
score on a sample is the mean over them: the luck of training is averaged, not tested.

Shapes: n test rows, s trainings (left out where there was one), b bootstrap samples. Outcomes are
what `tables/scores.py` makes of answers: 1 or 0 for accuracy, squared errors for rmse, the rank for
roc_auc, which needs the `truth` (n,) too.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from benchmarks.tables.scores import DIRECTION, score

DRAWS = 2_000
LEVEL = 0.95


def interval(
    first: np.ndarray,
    second: np.ndarray,
    *,
    metric: str = "accuracy",
    truth: np.ndarray | None = None,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Advantage of the first over the second, up is good, and its 95 % interval.

    >>> interval(np.array([1.0, 1.0]), np.array([0.0, 0.0]))
    (1.0, 1.0, 1.0)
    >>> interval(np.array([1.0, 1.0]), np.array([4.0, 4.0]), metric="rmse")
    (1.0, 1.0, 1.0)
    """
    sign = 1.0 if DIRECTION[metric] == "up" else -1.0
    counts = _samples(np.shape(first)[-1], seed)
    gaps = _sampled(first, counts, metric, truth) - _sampled(second, counts, metric, truth)
    measured = mean_score(first, metric, truth) - mean_score(second, metric, truth)
    cut = (1 - LEVEL) / 2
    low, high = np.quantile(sign * gaps, [cut, 1 - cut])
    return float(sign * measured), float(low), float(high)


def mean_score(
    rows: np.ndarray, metric: str = "accuracy", truth: np.ndarray | None = None
) -> float:
    """The score, mean over the trainings.

    >>> mean_score(np.array([[1.0, 0.0], [1.0, 1.0]]))
    0.75
    """
    told = [score(metric, _named(run, truth)) for run in np.atleast_2d(rows)]
    return float(np.mean(told))


def best(
    outcomes: Mapping[str, np.ndarray],
    *,
    metric: str = "accuracy",
    truth: np.ndarray | None = None,
) -> str:
    """The name with the best score; of equals the first.

    >>> best({"a": np.array([0.0, 1.0]), "b": np.array([1.0, 1.0])})
    'b'
    """
    sign = 1.0 if DIRECTION[metric] == "up" else -1.0
    return max(outcomes, key=lambda name: sign * mean_score(outcomes[name], metric, truth))


def tied(
    outcomes: Mapping[str, np.ndarray],
    *,
    metric: str = "accuracy",
    truth: np.ndarray | None = None,
    region: float = 0.0,
) -> tuple[str, ...]:
    """The best name and all that it is not surely ahead of by more than the region."""
    top = best(outcomes, metric=metric, truth=truth)
    return tuple(
        name
        for name, rows in outcomes.items()
        if name == top or interval(outcomes[top], rows, metric=metric, truth=truth)[1] <= region
    )


def by_candidate(rows: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Outcomes by `NAME#DRAW` as outcomes by name, (s, n).

    >>> by_candidate({"a#0": np.array([1.0, 0.0]), "a#1": np.array([1.0, 1.0])})["a"].tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    names = dict.fromkeys(key.rpartition("#")[0] for key in rows)
    return {
        name: np.stack([v for k, v in rows.items() if k.rpartition("#")[0] == name])
        for name in names
    }


@lru_cache(maxsize=2)
def _samples(size: int, seed: int) -> np.ndarray:
    """How often each sample holds each row, (b, n)."""
    random = np.random.default_rng(seed)
    counts = random.multinomial(size, np.full(size, 1 / size), size=DRAWS)
    return counts.astype(np.float32)


def _sampled(
    rows: np.ndarray, counts: np.ndarray, metric: str, truth: np.ndarray | None
) -> np.ndarray:
    """The mean score over the trainings on each sample, (b,)."""
    runs = np.atleast_2d(np.asarray(rows, dtype=np.float64))
    if metric == "roc_auc":
        told = [[score(metric, _named(run, truth), each) for each in counts] for run in runs]
        return np.mean(told, axis=0)
    means = counts @ runs.T / counts.shape[1]  # (b, s)
    return np.mean(np.sqrt(means) if metric == "rmse" else means, axis=1)


def _named(run: np.ndarray, truth: np.ndarray | None) -> dict[str, np.ndarray]:
    return {"value": run} if truth is None else {"value": run, "truth": truth}
