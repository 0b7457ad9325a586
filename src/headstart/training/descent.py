"""Minimise a convex loss of weighted sums: L-BFGS that starts from the Gram matrix.

The first guess of the curvature is the regularised Gram matrix of the rows: exact for squares,
which then need one step, and within a factor for the logistic loss (Böhning 1992, "Multinomial
Logistic Regression Algorithm"), which needs some ten to fifty.

Shapes: n rows, p design columns without the intercept, k columns of scores: one per class, one in
all for two classes or for a number.
References: Nocedal & Wright 2006, "Numerical Optimization", algorithms 3.1 and 7.4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

_WIDEST_GRAM = 1_500
_MEMORY = 10

# A NumPy array, or a sparse array of SciPy in rows.
Design: TypeAlias = Any


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """A design matrix (n, p + 1) whose last column is 1, and weights (n,) of the rows."""

    design: Design
    weights: np.ndarray

    def rows(self, positions: np.ndarray) -> Problem:
        return Problem(design=self.design[positions], weights=self.weights[positions])

    def gram(self) -> np.ndarray:
        """Mean outer product of the rows; only its diagonal (p + 1,) where it would be huge."""
        if not isinstance(self.design, np.ndarray):
            squared = self.design.multiply(self.design)
            return np.asarray(squared.T @ (self.weights / self.weights.sum()))
        weighted = self.design * (self.weights / self.weights.sum())[:, None]
        if self.design.shape[1] > _WIDEST_GRAM:
            return np.einsum("np,np->p", weighted, self.design)
        return weighted.T @ self.design


Loss: TypeAlias = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[float, np.ndarray]]


def squares(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean of half the squared errors, and its slope by the scores, shape (n, k)."""
    share = (weights / weights.sum())[:, None]
    errors = scores - truth
    return 0.5 * float((share * errors**2).sum()), share * errors


def logistic(
    scores: np.ndarray, truth: np.ndarray, weights: np.ndarray
) -> tuple[float, np.ndarray]:
    """Mean log loss in nats, and its slope by the scores, shape (n, k); one column: two classes."""
    share = (weights / weights.sum())[:, None]
    if scores.shape[1] == 1:
        given = chances(scores)[:, 1:]
        losses = np.logaddexp(0.0, scores) - truth * scores
    else:
        given = chances(scores)
        largest = scores.max(axis=1, keepdims=True)
        total = np.log(np.exp(scores - largest).sum(axis=1, keepdims=True)) + largest
        losses = total - (truth * scores).sum(axis=1, keepdims=True)
    return float((share * losses).sum()), share * (given - truth)


def chances(scores: np.ndarray) -> np.ndarray:
    """Probability of each class, shape (n, k), or (n, 2) from a single column of scores."""
    if scores.shape[1] == 1:
        scores = np.concatenate([np.zeros_like(scores), scores], axis=1)
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


class Descent:
    """L-BFGS on mean loss + penalty / (2 n) x squared weights; the intercept is free.

    Args:
        gram: of the problem (`Problem.gram`), which many penalties can share.
        labels: shape (n, k): 0 and 1 for classes, numbers for squares.
        penalty: in rows: 1 weighs like C = 1 of scikit-learn.
    """

    def __init__(
        self, loss: Loss, problem: Problem, gram: np.ndarray, labels: np.ndarray, penalty: float
    ) -> None:
        self._loss, self._problem, self._labels = loss, problem, labels
        self._penalty = np.full((problem.design.shape[1], 1), penalty / len(labels))
        self._penalty[-1] = 0.0
        self._curvature = self._inverse(gram * (1.0 if loss is squares else 0.25))

    def run(
        self, start: np.ndarray, rounds: int, tolerance: float, after: Callable[[float], bool]
    ) -> np.ndarray:
        """Weights at which no slope is above the tolerance, or where `after` a step says no.

        Args:
            after: is told the value, penalty included, after each step.
        """
        weights = start
        value, slope = self._value(weights)
        pairs: list[tuple[np.ndarray, np.ndarray]] = []
        for _ in range(rounds):
            step = self._step(slope, pairs)
            moved, new_value, new_slope = self._search(weights, value, slope, step)
            pairs = [*pairs[1 - _MEMORY :], (moved - weights, new_slope - slope)]
            weights, value, slope = moved, new_value, new_slope
            if not after(value) or np.abs(slope).max() <= tolerance:
                break
        return weights

    def _value(self, weights: np.ndarray) -> tuple[float, np.ndarray]:
        loss, slope = self._loss(
            self._problem.design @ weights, self._labels, self._problem.weights
        )
        penalised = self._penalty * weights
        return loss + 0.5 * float((penalised * weights).sum()), (
            self._problem.design.T @ slope + penalised
        )

    def _search(
        self, weights: np.ndarray, value: float, slope: np.ndarray, step: np.ndarray
    ) -> tuple[np.ndarray, float, np.ndarray]:
        """Halve the step until the loss falls as much as the slope promises (Armijo)."""
        promised = float((slope * step).sum())
        for halvings in range(30):
            moved = weights + step * 0.5**halvings
            new_value, new_slope = self._value(moved)
            if new_value <= value + 1e-4 * promised * 0.5**halvings:
                return moved, new_value, new_slope
        return weights, value, slope

    def _step(self, slope: np.ndarray, pairs: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        """Algorithm 7.4 of Nocedal & Wright, from the curvature of the Gram matrix."""
        usable = [(s, y, 1.0 / float((s * y).sum())) for s, y in pairs if (s * y).sum() > 1e-20]
        direction = slope
        amounts = []
        for s, y, rho in reversed(usable):
            amounts.append(rho * float((s * direction).sum()))
            direction = direction - amounts[-1] * y
        direction = self._solve(direction)
        for (s, y, rho), amount in zip(usable, reversed(amounts), strict=True):
            direction = direction + (amount - rho * float((y * direction).sum())) * s
        return -direction

    def _inverse(self, gram: np.ndarray) -> np.ndarray:
        if gram.ndim == 1:
            return 1.0 / (gram[:, None] + self._penalty + 1e-12)
        return np.linalg.inv(gram + np.diag(self._penalty[:, 0] + 1e-12))

    def _solve(self, slope: np.ndarray) -> np.ndarray:
        if self._curvature.shape[1] == 1:
            return self._curvature * slope
        return self._curvature @ slope
