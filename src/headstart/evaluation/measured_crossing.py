"""A crossing that was measured on both sides: no curve is fitted, nothing is extrapolated.

Two starts are compared on each rung that both have, draw by draw. If one is better on a rung and
the other on a larger one, each with a probability of 0.9, they change places between these two:
the difference is drawn from its posterior on every rung, joined by lines over the logarithm of
rows, and where the lines pass zero is where the starts cross. Between two rungs nobody has looked:
the lines are bent at random, by a tenth of the rise between their ends.

Shapes: r rungs, s samples, p places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headstart.evaluation.spread import Mean

SURE = 0.9
_SAMPLES = 4000
_BEND = 0.1
_PLACES = 32  # between two rungs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gains:
    """By how much the first start is better than the second, on each rung that both have.

    Attributes:
        rows: training rows of each rung, ascending, (r,).
        means: the gain with its uncertainty, in units of the metric, above 0 for the first, (r,).
    """

    rows: np.ndarray
    means: tuple[Mean, ...]

    def drawn(self, seed: int) -> np.ndarray:
        """Samples of the gains, (s, r)."""
        generator = np.random.default_rng(seed)
        return np.stack(
            [
                each.value + each.error * generator.standard_t(each.freedom, _SAMPLES)
                for each in self.means
            ],
            axis=1,
        )


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
    """A place that 80 % of the samples have in `interval`; `to_first`: above it the first leads."""

    middle: float
    interval: tuple[float, float]
    to_first: bool


def lead(gains: Gains, seed: int = 0) -> Lead:
    """Who is ahead on which rung."""
    drawn = gains.drawn(seed)
    first, second = (drawn > 0).mean(axis=0), (drawn < 0).mean(axis=0)
    signs = tuple(
        1 if one >= SURE else -1 if other >= SURE else 0
        for one, other in zip(first, second, strict=True)
    )
    together = max((drawn > 0).all(axis=1).mean(), (drawn < 0).all(axis=1).mean())
    return Lead(signs=signs, chance=0.0 if {1, -1} <= set(signs) else float(together))


def measured_crossing(gains: Gains, seed: int = 0) -> Crossing | None:
    """Where the two change places once, measured on both sides; None where that is not sure."""
    signs = lead(gains, seed).signs
    sure = [place for place, sign in enumerate(signs) if sign]
    turns = [k for k in range(1, len(sure)) if signs[sure[k]] != signs[sure[k - 1]]]
    if len(turns) != 1:
        return None
    begin, end = sure[turns[0] - 1], sure[turns[0]]
    to_first = signs[end] > 0
    inside = gains.drawn(seed)[:, begin : end + 1] * (1 if to_first else -1)
    inside = inside[(inside[:, 0] < 0) & (inside[:, -1] > 0)]
    places, values = _joined(np.log(gains.rows[begin : end + 1]), inside, seed)
    where = np.exp(_zeros(values, places))
    low, middle, high = (float(round(each)) for each in np.quantile(where, [0.1, 0.5, 0.9]))
    return Crossing(middle=middle, interval=(low, high), to_first=to_first)


def _joined(
    rungs: np.ndarray, values: np.ndarray, seed: int, bend: float = _BEND
) -> tuple[np.ndarray, np.ndarray]:
    """Samples at the rungs (s, r) as bent lines between them: places (p,) and values (s, p)."""
    generator = np.random.default_rng([seed, 1])
    share = np.linspace(0, 1, _PLACES, endpoint=False)
    places, drawn = [], []
    for place in range(len(rungs) - 1):
        begin, rise = values[:, place, None], np.diff(values[:, place : place + 2], axis=1)
        bends = bend * np.abs(rise) * generator.standard_normal((len(values), 1))
        drawn.append(begin + rise * share + bends * 4 * share * (1 - share))
        places.append(rungs[place] + (rungs[place + 1] - rungs[place]) * share)
    return np.append(np.concatenate(places), rungs[-1]), np.hstack([*drawn, values[:, -1:]])


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
