"""Fit a linear head on features that stand still: the first step of fine-tuning, or all of it.

The loss of such a head is convex, so it is found by `training.descent` in seconds where gradient
steps through the whole network would take minutes, and fine-tuning that begins from it bends the
features less (Kumar et al. 2022, "Fine-Tuning can Distort Pretrained Features", LP-FT).

Shapes: n rows, p features of one size and mean 0, o outputs of all heads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from headstart.training.descent import Descent, Loss, Problem, logistic, squares
from headstart.training.heads import Heads

_PENALTIES = (10_000.0, 3_000.0, 1_000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0)
_ROUNDS = 100
_TOLERANCE = 1e-4
_WORSE = 1.01


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Probe:
    """A linear head: weights (o, p), biases (o,), and the penalty of each target."""

    weights: np.ndarray
    biases: np.ndarray
    penalties: tuple[float, ...]


Parts = Sequence[tuple[np.ndarray, np.ndarray]]
"""Divisions of the rows: positions to fit on, positions to choose the penalty on."""


def probe(
    features: np.ndarray,
    heads: Heads,
    truth: np.ndarray,
    weights: np.ndarray,
    parts: Parts,
    penalty: float | None = None,
) -> Probe:
    """The linear heads of these features.

    Args:
        features: (n, p).
        truth: class indices or numbers, (n, t).
        weights: of the rows, (n,).
        parts: at least one, unless the penalty is given.
        penalty: in rows, as in `Descent`; None is chosen on `parts`, and is 100 without any.
    """
    if len(features) < features.shape[1]:
        return _in_few_directions(features, heads, truth, weights, parts, penalty)
    design = np.concatenate([features, np.ones((len(features), 1))], axis=1).astype(np.float64)
    problem = Problem(design=design, weights=weights.astype(np.float64))
    found = np.zeros((design.shape[1], heads.width))
    # Classes that no row has keep the small chance that counting gives them.
    found[-1] = heads.first_biases(truth, weights).double().numpy()
    penalties, first = [], 0
    for place, size in enumerate(heads.sizes):
        columns, labels, loss = _labels(heads, truth, place, first, size)
        if labels.size:
            best = penalty or _choose(loss, problem, labels, parts)
            fitted = _descend(loss, problem, problem.gram(), labels, best)
            found[:, columns] = _shifted(fitted, found[-1, columns])
            penalties.append(best)
        first += size
    return Probe(weights=found[:-1].T, biases=found[-1], penalties=tuple(penalties))


def _in_few_directions(
    features: np.ndarray,
    heads: Heads,
    truth: np.ndarray,
    weights: np.ndarray,
    parts: Parts,
    penalty: float | None,
) -> Probe:
    """The same heads, found in the directions in which fewer rows than features vary.

    A penalised head never leaves these directions, and turning the axes changes no length.
    """
    turned, sizes, axes = np.linalg.svd(features.astype(np.float64), full_matrices=False)
    found = probe(turned * sizes, heads, truth, weights, parts, penalty)
    return Probe(weights=found.weights @ axes, biases=found.biases, penalties=found.penalties)


def _labels(
    heads: Heads, truth: np.ndarray, place: int, first: int, size: int
) -> tuple[np.ndarray, np.ndarray, Loss]:
    """Output columns of a head that can be learned, and their labels; none where all are alike."""
    if not heads.classes:
        numbers = (truth[:, place] - heads.centres[place]) / heads.scales[place]
        return np.array([first]), numbers[:, None], squares
    present = np.unique(truth[:, place])
    if len(present) < 2:
        return present + first, np.zeros((0, 0)), logistic
    labels = (truth[:, place, None] == present).astype(np.float64)
    return present + first, labels, logistic


def _choose(loss: Loss, problem: Problem, labels: np.ndarray, parts: Parts) -> float:
    """The penalty with the lowest loss on the rows that were left out, from strong to weak."""
    best, lowest = 100.0, np.inf
    divided = [(problem.rows(fit), labels[fit], check) for fit, check in parts]
    grams = [part.gram() for part, _, _ in divided]
    for penalty in _PENALTIES if parts else ():
        losses = []
        for (part, wanted, check), gram in zip(divided, grams, strict=True):
            weights = _descend(loss, part, gram, wanted, penalty)
            left = problem.rows(check)
            losses.append(loss(left.design @ weights, labels[check], left.weights)[0])
        if np.mean(losses) < lowest:
            best, lowest = penalty, float(np.mean(losses))
        elif np.mean(losses) > _WORSE * lowest:
            break
    return best


def _descend(
    loss: Loss, problem: Problem, gram: np.ndarray, labels: np.ndarray, penalty: float
) -> np.ndarray:
    start = np.zeros((problem.design.shape[1], labels.shape[1]))
    descent = Descent(loss, problem, gram, labels, penalty)
    return descent.run(start, _ROUNDS, _TOLERANCE, lambda value: True)


def _shifted(fitted: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Scores on the level of the counted biases, so that classes without rows stay unlikely."""
    if len(counted) < 2:
        return fitted
    shift = np.logaddexp.reduce(counted) - np.logaddexp.reduce(fitted[-1])
    moved = fitted.copy()
    moved[-1] += shift
    return moved
