"""Intervals around predicted numbers, from residuals on rows that the model did not see.

Whatever the model and the noise, the band holds a new row's value with the promised probability,
as long as new rows are like the old ones (split conformal prediction). Both tails are taken
separately, so a lopsided error gets a lopsided band. The band is equally wide everywhere; it
promises coverage on average, not for each kind of row.

References: Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random World";
Romano, Patterson and Candes 2019, "Conformalized Quantile Regression", section 3, for the tails.

Shapes: n rows, t targets.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Band(NamedTuple):
    """Offsets to add to a prediction, per target (t,): `lower` <= `upper`."""

    lower: np.ndarray
    upper: np.ndarray


def residual_band(truth: np.ndarray, predicted: np.ndarray, level: float = 0.9) -> Band:
    """Offsets between which `level` of new values lie.

    With n residuals the upper offset is the one of rank ceil((n + 1) * (1 + level) / 2), which is
    the correction for finite n. Under 19 rows (at 90 %) that rank does not exist, nothing can be
    promised, and the offsets are infinite.

    Args:
        truth, predicted: out-of-fold, (n, t).

    Example:
        >>> band = residual_band(np.arange(1.0, 100.0)[:, None], np.zeros((99, 1)), level=0.9)
        >>> float(band.lower[0]), float(band.upper[0])
        (5.0, 95.0)
    """
    residuals = np.sort(np.asarray(truth, dtype=np.float64) - predicted, axis=0)
    rows = len(residuals)
    rank = int(np.ceil((rows + 1) * (1 + level) / 2 - 1e-9))
    if rank > rows:
        infinite = np.full(residuals.shape[1], np.inf)
        return Band(-infinite, infinite)
    return Band(residuals[rows - rank], residuals[rank - 1])
