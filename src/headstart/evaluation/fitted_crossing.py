"""A crossing of two fitted learning curves, inside of the rungs or beyond the largest.

The two curves are sampled together (`curve.py`) and compared on a grid of rows, from the smallest
rung to eight times the largest. The answer is an interval when at least 90 % of the sampled pairs
cross in the same direction (at 80 % equal curves would be said to cross in a fifth of all cases);
"no crossing" when at most 20 % do; and "cannot tell" otherwise, as also where a curve rises with
more rows, which one learning curve in seven does (Yan, Mohr and Viering 2025, LCDB 1.1). It is
never one bare number.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headstart.evaluation.curve import Curves, fit, measure, rises
from headstart.evaluation.evidence import Point
from headstart.records import Crossover

_BEYOND = 8
_CROSS_FROM = 0.9
_NONE_BELOW = 0.2
_WIDEST = 30.0
_GRID = 240


def fitted_crossing(
    between: tuple[str, str],
    first: Sequence[Point],
    second: Sequence[Point],
    *,
    level: tuple[bool, bool] = (False, False),
    noun: str = "rows",
    seed: int = 0,
) -> Crossover:
    """Where one pair of curves crosses, as an interval that holds it with 80 %.

    Args:
        first, second: trials as (rows, draw, loss); those on the same rows and draw are paired.
        level: which of the two learns nothing from rows, so that its curve is level.
        noun: what rows are called in the answer.
    """
    measured = measure([first, second])
    if measured is None:
        return _open(between, "they share fewer than three sizes, or no size was tried twice")
    rising = [name for name, rise in zip(between, rises(measured), strict=True) if rise]
    if rising:
        return _open(between, f"`{rising[0]}` gets worse with more {noun}, so no curve fits it")
    curves = fit(measured, seed, level=level)
    if curves is None:
        return _open(between, "the points do not lie on falling curves")
    rows = np.geomspace(measured.rows[0], _BEYOND * measured.rows[-1], _GRID)
    return _read(between, curves, rows, measured.rows[-1], noun)


def _read(
    between: tuple[str, str], curves: Curves, rows: np.ndarray, largest: float, noun: str
) -> Crossover:
    """The answer from samples: who leads where, and how many samples cross."""
    losses = curves.losses(rows)
    ahead = losses[:, 0] < losses[:, 1]  # (s, p): the first is better
    turns = ahead[:, 1:] != ahead[:, :-1]
    into_first = turns & ahead[:, 1:]
    into_second = turns & ~ahead[:, 1:]
    takes_over = (
        into_first if into_first.any(axis=1).sum() > into_second.any(axis=1).sum() else into_second
    )
    crosses = takes_over.any(axis=1)
    share = float(crosses.mean())
    last = f"{round(rows[-1]):,} {noun}"
    if share <= _NONE_BELOW:
        leader = between[0] if ahead.mean() > 0.5 else between[1]
        sure = f"{100 * (1 - share):.0f} % sure"
        return Crossover(
            between=between,
            because=f"no crossing up to {last}: `{leader}` stays ahead ({sure})",
            below=leader,
            above=leader,
        )
    if share < _CROSS_FROM:
        return _open(between, f"{100 * share:.0f} % of the fitted curves cross before {last}")
    where = np.sqrt(rows[1:] * rows[:-1])[takes_over[crosses].argmax(axis=1)]
    low, middle, high = (float(round(value)) for value in np.quantile(where, [0.1, 0.5, 0.9]))
    if high > _WIDEST * low:
        return _open(between, f"it lies anywhere between {low:,.0f} and {high:,.0f} {noun}")
    below, above = between if takes_over is into_second else between[::-1]
    return Crossover(
        between=between,
        because=_words(below, above, (low, middle, high), largest, noun),
        labels=middle,
        interval=(low, high),
        below=below,
        above=above,
    )


def _words(
    below: str, above: str, places: tuple[float, float, float], largest: float, noun: str
) -> str:
    low, middle, high = places
    text = (
        f"below about {middle:,.0f} {noun} `{below}` is better, above it `{above}` "
        f"(80 % between {low:,.0f} and {high:,.0f}), by fitted curves"
    )
    if middle > largest:
        text += f"; this is beyond the {largest:,.0f} {noun} that were tried"
    return text


def _open(between: tuple[str, str], reason: str) -> Crossover:
    return Crossover(between=between, because=f"cannot tell: {reason}")
