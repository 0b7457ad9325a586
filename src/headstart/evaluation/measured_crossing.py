"""A crossing that was measured on both sides: nothing is extrapolated.

Two starts are compared on each rung that both have, draw by draw. If one is better on a rung and
the other on a larger one, each with a probability of 0.8, they change places between these two.
How the gain runs over the logarithm of rows is a Gaussian process through the measured gains:
continuous, but free to bend between two rungs, where nobody has looked. Its size is learned from
the gains, so that a small one that stands alone counts for less than it seems to: a crossing that
is claimed only after a lucky draw would be in the wrong place.

Reference: Rasmussen and Williams 2006, "Gaussian Processes for Machine Learning", chapters 2 and 4
(Matern 3/2).

Shapes: r rungs, s samples, p places (the rungs, and others between them).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from headstart.evaluation.spread import Mean

SURE = 0.8
_SAMPLES = 2000
_BETWEEN = 24  # places from one rung to the next
_LENGTH = np.log(9.0)  # of two rungs
_LEVEL = 1.0  # variance of the mean gain, relative to that of its course
_SMALLEST, _LARGEST = 0.25, 16.0  # size of the process, in units of the measurements' errors
_JITTER = 1e-7
# The course is freer to bend between two rungs than learning curves do, and the spread of few draws
# is taken to be large: on 1,200 simulated crossings the middle 80 % of the samples held 96 % of the
# true places, the middle 60 % held 85 %.
_HOLDS = (0.2, 0.5, 0.8)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gains:
    """By how much the first start is better than the second, on each rung that both have.

    Attributes:
        rows: training rows of each rung, ascending, (r,).
        means: the gain with its uncertainty, in units of the metric, above 0 for the first, (r,).
    """

    rows: np.ndarray
    means: tuple[Mean, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Courses:
    """Samples of how the gain may run: rows (p,), gains (s, p), and where the rungs are, (r,)."""

    rows: np.ndarray
    gains: np.ndarray
    rungs: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Who is surely ahead on each rung: 1 the first, -1 the second, 0 nobody knows.

    Attributes:
        chance: that the one ahead is ahead on all rungs together; 0 where both lead somewhere.
    """

    signs: tuple[int, ...]
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A place that is in `interval` with 80 %; `to_first`: above it the first leads."""

    middle: float
    interval: tuple[float, float]
    to_first: bool


def courses(gains: Gains, seed: int = 0) -> Courses:
    """Samples from the posterior of the gain's course over the rungs and between them."""
    generator = np.random.default_rng(seed)
    measured = np.log(gains.rows)
    places, rungs = _places(measured)
    values = np.array([each.value for each in gains.means])
    noise = np.array([_variance(each) for each in gains.means])
    alike, there = _alike(places, measured), _alike(places, places)
    drawn = []
    for size, many in zip(*_sizes(values, noise, alike[rungs], generator), strict=True):
        within = size * alike[rungs] + np.diag(noise)
        weights = np.linalg.solve(within, size * alike.T).T  # (p, r)
        spread = size * (there - weights @ alike.T + _JITTER * np.eye(len(places)))
        normal = generator.standard_normal((many, len(places)))
        drawn.append(weights @ values + normal @ np.linalg.cholesky(spread).T)
    return Courses(rows=np.exp(places), gains=np.concatenate(drawn), rungs=rungs)


def lead(found: Courses) -> Lead:
    """Who is ahead on which rung."""
    drawn = found.gains[:, found.rungs]
    first, second = (drawn > 0).mean(axis=0), (drawn < 0).mean(axis=0)
    signs = tuple(
        1 if one >= SURE else -1 if other >= SURE else 0
        for one, other in zip(first, second, strict=True)
    )
    together = max((drawn > 0).all(axis=1).mean(), (drawn < 0).all(axis=1).mean())
    return Lead(signs=signs, chance=0.0 if {1, -1} <= set(signs) else float(together))


def measured_crossing(found: Courses) -> Crossing | None:
    """Where the two change places once, measured on both sides; None where that is not sure."""
    signs = lead(found).signs
    sure = [place for place, sign in enumerate(signs) if sign]
    turns = [k for k in range(1, len(sure)) if signs[sure[k]] != signs[sure[k - 1]]]
    if len(turns) != 1:
        return None
    begin, end = found.rungs[sure[turns[0] - 1]], found.rungs[sure[turns[0]]]
    to_first = signs[sure[turns[0]]] > 0
    inside = found.gains[:, begin : end + 1] * (1 if to_first else -1)
    inside = inside[(inside[:, 0] < 0) & (inside[:, -1] > 0)]
    where = np.exp(_zeros(inside, np.log(found.rows[begin : end + 1])))
    low, middle, high = (float(round(each)) for each in np.quantile(where, _HOLDS))
    return Crossing(middle=middle, interval=(low, high), to_first=to_first)


def _places(measured: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rungs' logarithms with others between them, (p,), and where the rungs are among them."""
    share = np.arange(_BETWEEN) / _BETWEEN
    between = [low + (high - low) * share for low, high in pairwise(measured)]
    rungs = np.arange(len(measured)) * _BETWEEN
    return np.append(np.concatenate([[], *between]), measured[-1]), rungs


def _alike(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Prior covariance of the gain at two places, for a process of size 1."""
    apart = 3**0.5 * np.abs(one[:, None] - other[None, :]) / _LENGTH
    return _LEVEL + (1 + apart) * np.exp(-apart)


def _variance(mean: Mean) -> float:
    """Of Student's t; with two degrees of freedom or fewer it has none, so three count."""
    freedom = max(3.0, mean.freedom)
    return mean.error**2 * freedom / (freedom - 2) + 1e-18


def _sizes(
    values: np.ndarray, noise: np.ndarray, alike: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Variances of the process, and how many samples each gets by how it explains the gains."""
    error = float(np.median(noise)) ** 0.5
    largest = max(_LARGEST * error, 2.0 * float(np.abs(values).max()), 1e-12)
    sizes = np.geomspace(max(_SMALLEST * error, largest / 1000), largest, 13) ** 2
    evidence = []
    for size in sizes:
        within = size * alike + np.diag(noise)
        fit = values @ np.linalg.solve(within, values)
        evidence.append(-0.5 * (fit + np.linalg.slogdet(within)[1]))
    chances = np.exp(np.array(evidence) - max(evidence))
    many = generator.multinomial(_SAMPLES, chances / chances.sum())
    return sizes[many > 0], many[many > 0]


def _zeros(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Where each sample (s, p), below zero at its begin and above at its end, first rises past it.

    Example:
        >>> _zeros(np.array([[-1.0, 1.0], [-1.0, 3.0]]), np.array([0.0, 1.0]))
        array([0.5 , 0.25])
    """
    at = ((values[:, :-1] < 0) & (values[:, 1:] >= 0)).argmax(axis=1)
    each = np.arange(len(values))
    before, after = values[each, at], values[each, at + 1]
    return places[at] + (places[at + 1] - places[at]) * before / (before - after)
