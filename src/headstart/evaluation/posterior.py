"""How sure a difference over repeated draws is: the Bayesian correlated t-test.

Draws share training rows, so their differences are correlated and an ordinary t-test is far too
sure. With correlation rho (the share of rows in a check set) the posterior of the mean difference
is Student's t with K - 1 degrees of freedom and spread sd * sqrt(1 / K + rho / (1 - rho)); the
same number corrects the resampled t-test of Nadeau and Bengio.

References: Corani and Benavoli 2015, "A Bayesian approach for comparing cross-validated
algorithms", Machine Learning 100; Benavoli et al. 2017, "Time for a change", JMLR 18, section 4;
Nadeau and Bengio 2003, Machine Learning 52.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """Student's t: what is believed of a mean difference.

    A spread of zero (the same difference on every draw) is a point mass.
    """

    mean: float
    spread: float
    freedom: int

    def above(self, value: float) -> float:
        """Probability that the difference is more than `value`.

        Example:
            >>> Posterior(mean=1.0, spread=0.5, freedom=4).above(1.0)
            0.5
        """
        from scipy.special import stdtr

        if self.spread == 0:
            return float(self.mean > value)
        return float(stdtr(self.freedom, (self.mean - value) / self.spread))

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """The central interval that holds the difference with this probability."""
        from scipy.special import stdtrit

        reach = self.spread * float(stdtrit(self.freedom, (1 + level) / 2))
        return self.mean - reach, self.mean + reach


def correlated_posterior(
    differences: Sequence[float] | np.ndarray, check_share: float = 0.2
) -> Posterior:
    """What K paired differences say of their mean.

    Args:
        differences: one per draw, at least two.
        check_share: rows of a check set over all rows, the correlation of the draws; 0 where
            draws share nothing, as with worlds.

    Example:
        >>> correlated_posterior([0.0, 2.0], check_share=0.0).spread
        1.0
    """
    values = np.asarray(differences, dtype=np.float64)
    assert len(values) >= 2, "one difference has no spread"
    variance = float(values.var(ddof=1)) * (1 / len(values) + check_share / (1 - check_share))
    return Posterior(mean=float(values.mean()), spread=variance**0.5, freedom=len(values) - 1)
