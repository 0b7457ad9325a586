"""Climbs of two starts whose true curves are known, with the luck that races have."""

from __future__ import annotations

import numpy as np

from headstart.evaluation import Climb, Rung

SIZES = (71, 213, 640)
DRAWS = {71: 3, 213: 3, 640: 6}
DISAGREE = 0.12  # share of the rows that one of the two gets right and the other wrong


def pair(first, second, seed, *, sizes=SIZES, draws=DRAWS, checked=160, level=False):
    """Climbs `first` and `second` of two curves rows -> error; `level`: the first learns nothing.

    The luck of the validation rows is partly shared, that of training falls with the rows.
    """
    chance = np.random.default_rng(seed)
    shared = (0.2 * 0.8 / checked) ** 0.5 * chance.standard_normal(10)
    return (
        _climb("first", first, sizes, draws, shared, checked, chance, learns=not level),
        _climb("second", second, sizes, draws, shared, checked, chance),
    )


def _climb(name, curve, sizes, draws, shared, checked, chance, learns=True):
    by_rows = (DISAGREE / 2 / checked) ** 0.5
    once = by_rows * chance.standard_normal(10)
    rungs = []
    for rows in sizes:
        error = float(curve(rows))
        own = by_rows * chance.standard_normal(10) if learns else once
        training = 0.25 * (error * (1 - error) / rows) ** 0.5 * chance.standard_normal(10)
        scores = 1 - error + shared + own + (training if learns else 0)
        many = draws[rows] if learns else max(draws.values())
        rungs.append(
            Rung(
                rows=rows,
                candidate=f"best of {name}",
                scores={draw: float(scores[draw]) for draw in range(many)},
                samples=1 - error + by_rows * chance.standard_normal(100),
            )
        )
    return Climb(name=name, rungs=tuple(rungs), learns=learns)


def power(floor, gain, exponent):
    """The error floor + gain * rows ** -exponent."""
    return lambda rows: floor + gain * rows**-exponent


def meeting(curve, place, floor, exponent):
    """A power law with this floor and exponent that meets the curve at `place`."""
    return power(floor, (curve(place) - floor) * place**exponent, exponent)
