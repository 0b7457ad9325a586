"""Weights for a blend of several candidates' answers: greedy selection with replacement.

Beginning with the best single candidate, the candidate that lowers the loss of the mean most is
added, again and again; the same one may come twice. The weights are the shares of the additions at
the point where the loss was lowest. They are learned on out-of-fold answers, and must be scored on
other draws than those.

Reference: Caruana et al. 2004, "Ensemble Selection from Libraries of Models", ICML, section 2.

Shapes: n rows, t targets, c classes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from headstart.delivery.combining import combine
from headstart.metrics import proper_loss
from headstart.records import Prediction, Task


def blend_weights(
    predictions: Mapping[str, Prediction],
    truth: np.ndarray,
    task: Task,
    *,
    weights: np.ndarray | None = None,
    scale: np.ndarray | None = None,
    rounds: int = 25,
) -> dict[str, float]:
    """Name -> weight of the chosen candidates; the weights are positive and sum to 1.

    Ties go to the candidate that comes first, so put the cheaper ones first.

    Args:
        predictions: out-of-fold answers of each candidate for the same rows.
        weights: row weights (n,).

    Example:
        >>> from headstart.records import Numbers
        >>> task = Task(kind="regression", targets=("y",))
        >>> low, high = (Numbers(values=np.array([[v], [v]])) for v in (0.0, 4.0))
        >>> blend_weights({"low": low, "high": high}, np.array([[1.0], [1.0]]), task, rounds=4)
        {'low': 0.75, 'high': 0.25}
    """
    chosen: list[str] = []
    mean: Prediction | None = None
    best_loss, best_size = np.inf, 0
    for size in range(1, rounds + 1):
        options = {
            name: each if mean is None else combine([mean, each], [size - 1, 1])
            for name, each in predictions.items()
        }
        losses = {
            name: proper_loss(truth, option, task, weights=weights, scale=scale)
            for name, option in options.items()
        }
        name = min(losses, key=lambda each: np.nan_to_num(losses[each], nan=np.inf))
        mean = options[name]
        chosen.append(name)
        if losses[name] < best_loss:
            best_loss, best_size = losses[name], size
    kept = chosen[: max(1, best_size)]
    return {name: kept.count(name) / len(kept) for name in predictions if name in kept}
