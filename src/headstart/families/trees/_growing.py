"""A forest of one target while it grows: trees of scikit-learn, kept as plain arrays.

It begins with the earlier forest, or with a tree that is a single leaf, the shares of the classes
or the mean: so no class ever has a chance of exactly zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from headstart.features.forests import Forest, forest_of, tree_of

_WATCHED = 500  # rows on which the loss is told
_ABSENT = 1e-3  # rows that an absent class counts as


class Growing:
    """Grows by `grow`; `forest` is what stands so far."""

    def __init__(
        self,
        *,
        estimator: Any,
        matrix: np.ndarray,
        truth: np.ndarray,
        weights: np.ndarray | None,
        classes: int,
        before: Forest | None,
    ) -> None:
        self._estimator, self._classes = estimator, classes
        self._matrix, self._truth, self._weights = matrix, truth, weights
        self._parts = [before or self._leaf()]
        self._trees = len(self._parts[0].roots) - 1
        self._total = self._trees * self._parts[0].predict(matrix[:_WATCHED])

    def grow(self, trees: int) -> float:
        """Grow until there are so many new ones; the loss on a few rows shows that it settles."""
        grown = len(self._parts) - 1
        self._estimator.set_params(n_estimators=trees)
        self._estimator.fit(self._matrix, self._truth, sample_weight=self._weights)
        for one in self._estimator.estimators_[grown:]:
            self._parts.append(self._plain(one.tree_))
            self._trees += 1
            self._total += self._parts[-1].predict(self._matrix[:_WATCHED])
        return self._loss(self._total / self._trees, self._truth[:_WATCHED])

    def forest(self) -> Forest:
        return forest_of(self._parts)

    def _leaf(self) -> Forest:
        none, nowhere = np.array([-1]), np.zeros(1)
        if self._classes:
            counts = np.bincount(self._truth, self._weights, minlength=self._classes)
            answer = (counts + _ABSENT) / (counts + _ABSENT).sum()
        else:
            answer = np.array([np.average(self._truth, weights=self._weights)])
        return tree_of(
            left=none,
            right=none,
            column=none,
            threshold=nowhere,
            missing_left=nowhere,
            answers=answer[None, :],
            columns=self._matrix.shape[1],
        )

    def _plain(self, tree: Any) -> Forest:
        """A tree of scikit-learn as arrays, with an answer for every class of the task."""
        answers = tree.value[:, 0, :]
        if self._classes:
            answers = np.zeros((tree.node_count, self._classes))
            answers[:, self._estimator.classes_] = tree.value[:, 0, :]
        return tree_of(
            left=tree.children_left,
            right=tree.children_right,
            column=tree.feature,
            threshold=tree.threshold,
            missing_left=tree.missing_go_to_left,
            answers=answers,
            columns=self._matrix.shape[1],
        )

    def _loss(self, answers: np.ndarray, truth: np.ndarray) -> float:
        if not self._classes:
            return float(np.sqrt(np.mean((answers[:, 0] - truth) ** 2)))
        return float(-np.mean(np.log(answers[np.arange(len(truth)), truth])))
