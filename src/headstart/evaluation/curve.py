"""Learning curves: what loss would be reached with more, or fewer, training rows.

A curve is c + a * (rows / first) ** -alpha (three parameters, the safest family where points are
few): c is what no number of rows removes, a is what they remove. Given the exponent the curve is
linear, so its posterior is exact: a grid over exponents with a log-normal prior, and a Gaussian
over (c, a) at each, cut to a >= 0 and, for losses that cannot be negative, c >= 0. Small exponents
stand in for logarithmic curves. Two curves are sampled together, because trials on the same draw
have the same luck.

References: Viering and Loog 2023, "The shape of learning curves: a review", IEEE PAMI 45;
Mohr et al. 2022, "LCDB 1.0", ECML PKDD.

Shapes: r rungs, k curves, s samples from the posterior, p points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from headstart.evaluation.evidence import Point

_EXPONENTS = np.geomspace(0.05, 2.5, 24)
_LOG_MEDIAN, _LOG_SPREAD = np.log(0.5), 0.8
_SAMPLES = 4000
_FEWEST_SAMPLES = 200
_FORM_ERROR = 0.01
_PRIOR_FREEDOM = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """Means of k curves at the rungs that all of them have, and how uncertain they are.

    Attributes:
        rows: training rows of each rung, ascending, (r,).
        losses: mean losses over the draws, (r, k).
        errors: covariance of those means, (r, k, k).
        freedom: repeated measurements behind the estimate of the noise.
    """

    rows: np.ndarray
    losses: np.ndarray
    errors: np.ndarray
    freedom: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curves:
    """Samples from the posterior of k curves: parameters (s, k, 3) as c, a, alpha."""

    first: float
    parameters: np.ndarray

    def losses(self, rows: Sequence[float] | np.ndarray) -> np.ndarray:
        """Loss of every sample and curve at some numbers of rows, (s, k, p)."""
        floor, gain, exponent = (part[..., None] for part in np.moveaxis(self.parameters, -1, 0))
        return floor + gain * (np.asarray(rows, dtype=np.float64) / self.first) ** -exponent


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What more rows are expected to bring: the loss falls by `mean`, with 90 % in `interval`."""

    rows: int
    mean: float
    interval: tuple[float, float]


def gain_of_rows(points: Sequence[Point], rows: int, seed: int = 0) -> Gain | None:
    """How much lower the loss would be with `rows` training rows than at the largest rung.

    None where the points do not suffice: fewer than three rungs, or no rung with several draws.

    Example:
        >>> noise = (0.01, -0.01)
        >>> points = [
        ...     Point(rows=n, draw=d, loss=0.2 + n**-0.5 + noise[d])
        ...     for n in (100, 400, 1600) for d in (0, 1)
        ... ]
        >>> gain = gain_of_rows(points, 6400)
        >>> gain.interval[0] < 1 / 40 - 1 / 80 < gain.interval[1]
        True
    """
    measured = measure([points])
    curves = None if measured is None else fit(measured, seed)
    if measured is None or curves is None:
        return None
    now, then = np.moveaxis(curves.losses([measured.rows[-1], rows])[:, 0], -1, 0)
    low, high = np.quantile(now - then, [0.05, 0.95])
    mean = float(np.mean(now - then))
    return Gain(rows=rows, mean=mean, interval=(float(low), float(high)))


def measure(curves: Sequence[Sequence[Point]]) -> Measured | None:
    """Means and noise at the rungs and draws that all curves have.

    None where there are fewer than three rungs, or where nothing was measured twice.
    """
    tables = [{(point.rows, point.draw): point.loss for point in points} for points in curves]
    shared = sorted(set.intersection(*[set(table) for table in tables]))
    rows = sorted({row for row, _ in shared})
    groups = [
        np.array([[table[key] for table in tables] for key in shared if key[0] == row])
        for row in rows
    ]  # per rung (draws, k)
    freedom = sum(len(group) - 1 for group in groups)
    if len(rows) < 3 or freedom == 0:
        return None
    noise = _noise(groups, np.log(rows))
    counts = np.array([len(group) for group in groups])
    return Measured(
        rows=np.array(rows, dtype=np.float64),
        losses=np.stack([group.mean(axis=0) for group in groups]),
        errors=noise / counts[:, None, None],
        freedom=freedom,
    )


def rises(measured: Measured, sigmas: float = 3.0) -> np.ndarray:
    """Which curves get worse with more rows by more than chance, bool (k,)."""
    variances = np.diagonal(measured.errors, axis1=1, axis2=2)
    steps = np.diff(measured.losses, axis=0)
    return np.any(steps > sigmas * np.sqrt(variances[1:] + variances[:-1]), axis=0)


def fit(measured: Measured, seed: int = 0, level: Sequence[bool] = ()) -> Curves | None:
    """Samples from the joint posterior; None where no falling curve fits the points.

    Args:
        level: which curves are known to be level: rows remove nothing from them.
    """
    generator = np.random.default_rng(seed)
    k = measured.losses.shape[1]
    flat = np.array(level or [False] * k)
    grid = np.array(
        list(product(*(_EXPONENTS[:1] if each else _EXPONENTS for each in flat)))
    )  # (g, k)
    means, roots, evidence = _linear_posteriors(measured, grid, flat)
    chances = np.exp(evidence - evidence.max())
    picked = generator.choice(len(grid), size=_SAMPLES, p=chances / chances.sum())
    normal = generator.standard_normal((_SAMPLES, 2 * k, 1))
    # The noise itself is an estimate: its scale has few degrees of freedom, so tails are heavy.
    freedom = measured.freedom + _PRIOR_FREEDOM
    widened = np.sqrt(freedom / generator.chisquare(freedom, size=(_SAMPLES, 1)))
    drawn = means[picked] + widened * (roots[picked] @ normal)[..., 0]
    parameters = np.concatenate(
        [drawn.reshape(_SAMPLES, k, 2), grid[picked][:, :, None]], axis=2
    )  # (s, k, 3)
    parameters[:, flat, 1] = 0.0
    allowed = (parameters[:, :, 1] >= 0).all(axis=1)
    if measured.losses.min() >= 0:
        allowed &= (parameters[:, :, 0] >= 0).all(axis=1)
    if allowed.sum() < _FEWEST_SAMPLES:
        return None
    return Curves(first=float(measured.rows[0]), parameters=parameters[allowed])


def _noise(groups: Sequence[np.ndarray], places: np.ndarray) -> np.ndarray:
    """Covariance of one draw at each rung, (r, k, k).

    A rung's own spread is shrunk to the spread over all rungs. A rung with one draw takes the
    spread of the nearest rung with several; a smaller one takes more of it, as the luck of the
    training rows (variance as 1 / rows) is mixed with that of the check rows (the same for all).
    """
    scatter = np.stack(
        [(group - group.mean(axis=0)).T @ (group - group.mean(axis=0)) for group in groups]
    )
    freedom = np.array([len(group) - 1 for group in groups], dtype=np.float64)
    pooled = scatter.sum(axis=0) / freedom.sum()
    shrunk = (scatter + _PRIOR_FREEDOM * pooled) / (freedom + _PRIOR_FREEDOM)[:, None, None]
    repeated = np.flatnonzero(freedom > 0)
    nearest = repeated[np.abs(places[:, None] - places[repeated]).argmin(axis=1)]
    smaller = np.maximum(1.0, np.exp(places[nearest] - places)) ** 0.5
    return shrunk[nearest] * smaller[:, None, None]


def _linear_posteriors(
    measured: Measured, grid: np.ndarray, flat: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each exponent vector (g, k): mean (g, 2k) and root (g, 2k, 2k) of (c, a), log evidence.

    The form itself is only approximately right, so each mean has an error of one percent more.
    """
    r, k = measured.losses.shape
    form = (_FORM_ERROR * np.abs(measured.losses)) ** 2 + 1e-18
    precision = np.linalg.inv(measured.errors + form[:, :, None] * np.eye(k))
    sizes = measured.rows / measured.rows[0]
    falling = sizes[None, :, None] ** -grid[:, None, :] * ~flat  # (g, r, k)
    design = np.zeros((len(grid), r, k, 2 * k))
    for curve in range(k):
        design[:, :, curve, 2 * curve] = 1.0
        design[:, :, curve, 2 * curve + 1] = falling[:, :, curve]
    weighted = np.einsum("grip,rij->grjp", design, precision)
    information = np.einsum("grjp,grjq->gpq", weighted, design)
    information += 1e-9 * np.eye(2 * k) * np.trace(information, axis1=1, axis2=2)[:, None, None]
    covariance = np.linalg.inv(information)
    moment = np.einsum("grjp,rj->gp", weighted, measured.losses)
    means = np.einsum("gpq,gq->gp", covariance, moment)
    fitted = np.einsum("gp,gp->g", means, moment)
    prior = -0.5 * (((np.log(grid) - _LOG_MEDIAN) / _LOG_SPREAD) ** 2).sum(axis=1)
    evidence = 0.5 * fitted + 0.5 * np.linalg.slogdet(covariance)[1] + prior
    return means, np.linalg.cholesky(covariance), evidence
