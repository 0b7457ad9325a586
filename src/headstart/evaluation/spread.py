"""How uncertain the mean of a few draws is, when each rung has hardly enough of them to tell.

A rung's own spread over its draws is shrunk towards what is known otherwise: how much the score
moves when the validation rows are drawn anew, half as much again for the luck of training; or the
spread on all rungs, where that is more or all that is known (two models that answer nearly alike on
one draw would else seem to do so on any). Draws share training rows, the more of them the larger
the rung, so their mean is less sure than that of independent ones (Nadeau and Bengio 2003, as in
`posterior.py`).

Shapes: k draws, r rungs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

TRAINING_LUCK = 1.5
_PRIOR_FREEDOM = 10.0
_POOLED_FREEDOM = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean that is uncertain as Student's t: value, standard error and degrees of freedom."""

    value: float
    error: float
    freedom: float

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """The central interval.

        Example:
            >>> low, high = Mean(value=1.0, error=0.5, freedom=1e6).interval(0.95)
            >>> round(low, 2), round(high, 2)
            (0.02, 1.98)
        """
        from scipy.special import stdtrit

        reach = self.error * float(stdtrit(self.freedom, (1 + level) / 2))
        return self.value - reach, self.value + reach


def means(
    values: Sequence[Sequence[float]],
    by_rows: Sequence[float | None],
    overlap: Sequence[float],
) -> list[Mean | None]:
    """The mean of each rung's draws; None where nothing tells how uncertain it is.

    Args:
        values: each rung's draws, (k,).
        by_rows: standard deviation of one draw when its validation rows are drawn anew.
        overlap: correlation of the draws on each rung, below 1.
    """
    scatter = [float(np.var(each) * len(each)) for each in values]
    freedom = [len(each) - 1 for each in values]
    pooled = sum(scatter) / sum(freedom) if sum(freedom) else None
    found: list[Mean | None] = []
    for place, each in enumerate(values):
        prior, weight = _prior(by_rows[place], pooled)
        if prior is None:
            found.append(None)
            continue
        own = freedom[place] + weight
        variance = (scatter[place] + weight * prior) / own
        share = overlap[place] / (1 - overlap[place])
        error = (variance * (1 / len(each) + share)) ** 0.5
        found.append(Mean(value=float(np.mean(each)), error=error, freedom=own))
    return found


def _prior(by_rows: float | None, pooled: float | None) -> tuple[float | None, float]:
    """A draw's variance before its rung is looked at, and how many draws that is worth."""
    if by_rows is not None and np.isfinite(by_rows):
        return max(TRAINING_LUCK * by_rows**2, pooled or 0.0), _PRIOR_FREEDOM
    return pooled, _POOLED_FREEDOM
