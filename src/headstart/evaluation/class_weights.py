"""From which probability on a label is said, where the metric does not want the likeliest one.

F1 or balanced accuracy of a rare class are best far from one half. Every class gets a weight, and
the label is the class whose weighted probability is largest. Of two classes the weights stand for
one threshold, chosen among all of them by the metric; of more they are the classes' shares to a
power between 0 and 1.5 (Menon et al. 2021, "Long-tail learning via logit adjustment", ICLR), one
number, because a threshold for each class would follow the noise of the rare ones. The choice is
repeated on resampled rows and averaged, for the best threshold of one sample is partly its luck,
and is kept if it scores better than the likeliest label where it was not learned.

Accuracy and log loss are best served by the likeliest label; precision or recall alone would be
driven to the end of the scale, where all or nothing is said to be positive: nothing is chosen.

Shapes: n rows, c classes, k thresholds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np

from headstart.metrics import agreement, positive_index
from headstart.metrics.agreement import Counts
from headstart.records import Probabilities, Task

RESAMPLES = 20
_MOST_ROWS = 10_000
_MOST_THRESHOLDS = 400
_POWERS = np.linspace(0.0, 1.5, 16)
_FEWEST_OF_A_CLASS = 8

_SCORES: Mapping[str, Callable[[Counts], np.ndarray]] = MappingProxyType(
    {
        "f1": agreement.f1,
        "f1_macro": agreement.f1_macro,
        "f1_weighted": agreement.f1_weighted,
        "balanced_accuracy": agreement.balanced_accuracy,
        "matthews": agreement.matthews,
    }
)


def wants_weights(task: Task) -> bool:
    """Whether the task's metric is better served by another label than the likeliest."""
    return task.kind == "classification" and task.metric in _SCORES


def fit_class_weights(
    truth: np.ndarray,
    prediction: Probabilities,
    task: Task,
    weights: np.ndarray | None = None,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> tuple[tuple[float, ...], ...] | None:
    """Per target the weight of each class; None where the likeliest label serves as well.

    Args:
        truth: class indices, out-of-fold, (n, t). Of more than 10,000 rows so many are drawn.
        weights: row weights (n,).
    """
    if not wants_weights(task):
        return None
    generator = np.random.default_rng(seed)
    heavy = np.ones(len(truth)) if weights is None else weights
    rows = np.sort(generator.permutation(len(truth))[:_MOST_ROWS])
    found = [
        _chosen(truth[rows, target], values[rows], task, target, heavy[rows], seed, resamples)
        for target, values in enumerate(prediction.values)
    ]
    return tuple(found) if any(set(each) != {1.0} for each in found) else None


class _Ways(Protocol):
    """The ways to choose a label: which is best for row weights, and what each makes of them."""

    def best(self, heavy: np.ndarray) -> float: ...
    def weights(self, pick: float) -> tuple[float, ...]: ...


def _chosen(
    truth: np.ndarray,
    values: np.ndarray,
    task: Task,
    target: int,
    heavy: np.ndarray,
    seed: int,
    resamples: int,
) -> tuple[float, ...]:
    size = values.shape[1]
    likeliest = (1.0,) * size
    counts = np.bincount(truth, minlength=size)
    if size < 2 or counts[counts > 0].min() < _FEWEST_OF_A_CLASS:
        return likeliest
    score = _Score(truth=truth, size=size, of=_SCORES[task.metric], at=positive_index(task, target))
    ways = _Thresholds(score, values) if size == 2 else _Powers(score, values, heavy)
    generator = np.random.default_rng([seed, target])
    fold = generator.permutation(len(truth)) % 2
    gains = [
        _gain(score, values, ways, teaching=heavy * (fold == half), asked=heavy * (fold != half))
        for half in (0, 1)
    ]
    if not np.mean(gains) > 0:
        return likeliest
    drawn = generator.multinomial(len(truth), np.full(len(truth), 1 / len(truth)), resamples)
    return ways.weights(float(np.mean([ways.best(heavy * counts) for counts in drawn])))


def _gain(
    score: _Score, values: np.ndarray, ways: _Ways, *, teaching: np.ndarray, asked: np.ndarray
) -> float:
    weights = np.asarray(ways.weights(ways.best(teaching)))
    chosen = score.of_labels((values * weights).argmax(axis=1), asked)
    return chosen - score.of_labels(values.argmax(axis=1), asked)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Score:
    """The metric of one target; `at` is the positive class."""

    truth: np.ndarray
    size: int
    of: Callable[[Counts], np.ndarray]
    at: int

    def of_labels(self, labels: np.ndarray, heavy: np.ndarray) -> float:
        hits = heavy * (labels == self.truth)
        right, actual, said = (
            np.bincount(which, each, minlength=self.size)[None, :]
            for which, each in ((self.truth, hits), (self.truth, heavy), (labels, heavy))
        )
        return float(self.of_counts(right, actual, said)[0])

    def of_counts(self, right: np.ndarray, actual: np.ndarray, said: np.ndarray) -> np.ndarray:
        counts = Counts(right=right, actual=actual, predicted=said, positive=self.at)
        return np.nan_to_num(self.of(counts), nan=-1.0)


class _Thresholds:
    """Of two classes: all thresholds between different probabilities, a pick is its log odds."""

    def __init__(self, score: _Score, values: np.ndarray) -> None:
        second = np.clip(values[:, 1], 1e-12, 1 - 1e-12)
        self._score, self._order = score, np.argsort(-second, kind="stable")
        self._second = second[self._order]
        ends = np.flatnonzero(np.diff(self._second, append=-1.0))[:-1]
        self._ends = ends[:: max(1, -(-len(ends) // _MOST_THRESHOLDS))]

    def best(self, heavy: np.ndarray) -> float:
        """Rows above a threshold are the first ones in the order."""
        ends = self._ends
        if not len(ends):
            return 0.0
        rows = heavy[self._order]
        above, found = np.cumsum(rows), np.cumsum(rows * (self._score.truth[self._order] == 1))
        total, seconds = above[-1], found[-1]
        right = np.stack([total - seconds - (above - found)[ends], found[ends]], axis=1)
        said = np.stack([total - above[ends], above[ends]], axis=1)
        actual = np.broadcast_to([total - seconds, seconds], right.shape)
        at = ends[int(np.argmax(self._score.of_counts(right, actual, said)))]
        between = self._second[at : at + 2]
        return float(np.log(between / (1 - between)).mean())

    def weights(self, pick: float) -> tuple[float, ...]:
        return 1.0, float(np.exp(-pick))


class _Powers:
    """Of more classes: their shares to a power, the most frequent one weighs 1."""

    def __init__(self, score: _Score, values: np.ndarray, heavy: np.ndarray) -> None:
        shares = np.bincount(score.truth, heavy, minlength=score.size) / heavy.sum()
        there = np.maximum(shares, 1 / (len(values) + 1))
        self._score, self._rarity = score, there.max() / there
        self._labels = [(values * self._rarity**power).argmax(axis=1) for power in _POWERS]

    def best(self, heavy: np.ndarray) -> float:
        scores = [self._score.of_labels(labels, heavy) for labels in self._labels]
        return float(_POWERS[int(np.argmax(scores))])

    def weights(self, pick: float) -> tuple[float, ...]:
        return tuple(float(each) for each in self._rarity**pick)
