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
from types import MappingProxyType

import numpy as np

from headstart.metrics import agreement, positive_index
from headstart.metrics.agreement import Counts
from headstart.records import Probabilities, Task

_RESAMPLES = 20
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
    seed: int = 0,
) -> tuple[tuple[float, ...], ...] | None:
    """Per target the weight of each class; None where the likeliest label serves as well.

    Args:
        truth: class indices, out-of-fold, (n, t).
        weights: row weights (n,).
    """
    if not wants_weights(task):
        return None
    heavy = np.ones(len(truth)) if weights is None else weights
    found = []
    for target, values in enumerate(prediction.values):
        chooser = _Chooser(truth[:, target], values, task, target)
        found.append(chooser.weights(heavy, seed))
    return tuple(found) if any(set(each) != {1.0} for each in found) else None


class _Chooser:
    """One target's answers, and the score of each way to choose labels from them."""

    def __init__(self, truth: np.ndarray, values: np.ndarray, task: Task, target: int) -> None:
        self.truth, self.values = truth, values
        self.score = _SCORES[task.metric]
        self.positive = positive_index(task, target)
        self.size = values.shape[1]

    def weights(self, heavy: np.ndarray, seed: int) -> tuple[float, ...]:
        likeliest = (1.0,) * self.size
        counts = np.bincount(self.truth, minlength=self.size)
        if self.size < 2 or counts[counts > 0].min() < _FEWEST_OF_A_CLASS:
            return likeliest
        generator = np.random.default_rng(seed)
        fold = generator.permutation(len(self.truth)) % 2
        gains = [self._gain(heavy * (fold == half), heavy * (fold != half)) for half in (0, 1)]
        if not np.mean(gains) > 0:
            return likeliest
        picks = [
            self._best(
                heavy * generator.multinomial(len(heavy), np.full(len(heavy), 1 / len(heavy)))
            )
            for _ in range(_RESAMPLES)
        ]
        return self._as_weights(float(np.mean(picks)), heavy)

    def _gain(self, teaching: np.ndarray, asked: np.ndarray) -> float:
        weights = self._as_weights(self._best(teaching), teaching)
        chosen, likeliest = (
            self._scored((self.values * each).argmax(axis=1), asked)
            for each in (np.asarray(weights), np.ones(self.size))
        )
        return chosen - likeliest

    def _best(self, heavy: np.ndarray) -> float:
        """The log odds of the best threshold, or the best power."""
        if self.size == 2:
            return self._best_odds(heavy)
        scores = [
            self._scored(
                (self.values * np.asarray(self._as_weights(p, heavy))).argmax(axis=1), heavy
            )
            for p in _POWERS
        ]
        return float(_POWERS[int(np.nanargmax(scores))])

    def _as_weights(self, pick: float, heavy: np.ndarray) -> tuple[float, ...]:
        """Of two classes the odds at the threshold; of more the shares to a power, the most 1."""
        if self.size == 2:
            second = float(np.exp(-pick))
            return (1.0, second)
        shares = np.bincount(self.truth, heavy, minlength=self.size) / heavy.sum()
        there = np.maximum(shares, 1 / (len(self.truth) + 1))
        return tuple(float(each) for each in (there.max() / there) ** pick)

    def _best_odds(self, heavy: np.ndarray) -> float:
        """All thresholds at once: rows above one are the last of the sorted ones."""
        second = np.clip(self.values[:, 1], 1e-12, 1 - 1e-12)
        order = np.argsort(-second, kind="stable")
        is_second = (self.truth[order] == 1) * heavy[order]
        above = np.cumsum(heavy[order])
        right = np.cumsum(is_second)
        ends = np.flatnonzero(np.diff(second[order], append=-1.0))[:-1]
        if not len(ends):
            return 0.0
        ends = ends[:: -(-len(ends) // _MOST_THRESHOLDS)]
        total, seconds = above[-1], right[-1]
        found = np.stack([total - seconds - (above - right)[ends], right[ends]], axis=1)
        said = np.stack([total - above[ends], above[ends]], axis=1)
        actual = np.broadcast_to([total - seconds, seconds], found.shape)
        counts = Counts(right=found, actual=actual, predicted=said, positive=self.positive)
        best = ends[int(np.nanargmax(np.nan_to_num(self.score(counts), nan=-1.0)))]
        between = second[order][best : best + 2]
        return float(np.log(between / (1 - between)).mean())

    def _scored(self, labels: np.ndarray, heavy: np.ndarray) -> float:
        hit = labels == self.truth
        sums = [
            np.bincount(which, each, minlength=self.size)[None, :]
            for which, each in (
                (self.truth, heavy * hit),
                (self.truth, heavy),
                (labels, heavy),
            )
        ]
        counts = Counts(right=sums[0], actual=sums[1], predicted=sums[2], positive=self.positive)
        return float(np.nan_to_num(self.score(counts)[0], nan=0.0))
