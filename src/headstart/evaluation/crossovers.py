"""Where two starts change places: below so many labels one is better, above it the other.

Inside of the rungs that were tried, measurements decide: a crossing is one that was measured on
both sides (`measured_crossing.py`). Of more labels than there are, two fitted learning curves may
speak (`fitted_crossing.py`), if what was measured bears them out. It is never one bare number, and
"cannot tell" wherever neither is sure.

What is compared is the task's metric, as in the verdict and in the picture. Rungs on which the
clock ended a training early are left out: there more labels are not all that differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from headstart.evaluation.climbs import Climb, Rung, counted
from headstart.evaluation.evidence import Point
from headstart.evaluation.fitted_crossing import fitted_crossing
from headstart.evaluation.measured_crossing import (
    Crossing,
    Gains,
    Lead,
    courses,
    lead,
    measured_crossing,
)
from headstart.evaluation.spread import means
from headstart.evaluation.start_curves import overlaps
from headstart.metrics import Metric
from headstart.records import Crossover

_SURE_ON_ALL = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is compared and how it is counted.

    Attributes:
        noun: what rows are called: `labels`, `rows` or `steps`.
        check_share: share of the rows in each draw's validation part; 0 where draws share nothing.
        fewest_draws: on a rung that may decide; more than one where the luck of a training is
            larger than that of what it is checked on, as in worlds.
    """

    metric: Metric
    noun: str = "labels"
    check_share: float = 0.2
    fewest_draws: int = 1
    seed: int = 0


def crossovers(climbs: Sequence[Climb], terms: Terms) -> tuple[Crossover, ...]:
    """One answer for each pair of starts, in their order."""
    starts = [each for each in climbs if not each.is_floor]
    return tuple(crossover(one, other, terms) for one, other in combinations(starts, 2))


def floor_crossovers(climbs: Sequence[Climb], terms: Terms) -> tuple[Crossover, ...]:
    """One answer for each start that has more than floors, against the best floor."""
    starts = [each for each in climbs if not each.is_floor and not each.remark]
    floors = [each for each in climbs if each.is_floor]
    return tuple(crossover(floor, start, terms) for floor in floors for start in starts)


def crossover(first: Climb, second: Climb, terms: Terms) -> Crossover:
    """Where one pair crosses, as an interval that holds the place with 80 %."""
    found = _answer(first, second, terms)
    remarks = [each.remark for each in (first, second) if each.remark]
    return replace(found, because="; ".join([found.because, *remarks]))


def _answer(first: Climb, second: Climb, terms: Terms) -> Crossover:
    between = first.name, second.name
    met = _shared(first, second)
    if not met:
        return _open(between, _never_met(first, second, terms.noun))
    shared = [each for each in met if len(each[2]) >= terms.fewest_draws]
    if not shared:
        return _open(between, "nothing was tried twice, so a difference may be chance")
    gains = _gains(shared, terms)
    if gains is None:
        return _open(between, "nothing was tried twice, so a difference may be chance")
    found = courses(gains, terms.seed)
    crossing, ahead = measured_crossing(found), lead(found)
    if crossing is not None:
        return _measured(between, crossing, terms.noun)
    fitted = fitted_crossing(
        between,
        _points([(one, draws) for one, _, draws in shared], terms.metric),
        _points([(other, draws) for _, other, draws in shared], terms.metric),
        level=(not first.learns, not second.learns),
        noun=terms.noun,
        seed=terms.seed,
    )
    if fitted.below is not None and _is_borne_out(fitted, gains, ahead):
        return fitted
    return _led(between, gains, ahead, terms.noun) or _doubtful(fitted, gains, ahead, terms.noun)


_Met = tuple[Rung, Rung, list[int]]


def _shared(first: Climb, second: Climb) -> list[_Met]:
    """Rungs that both reached with time enough, and the draws that both have there."""
    others = {each.rows: each for each in second.rungs if not each.is_cut}
    met = []
    for one in first.rungs:
        other = others.get(one.rows)
        draws = set() if other is None else set(one.scores) & set(other.scores)
        if other is not None and draws and not one.is_cut:
            met.append((one, other, counted(draws)))
    return met


def _gains(shared: Sequence[_Met], terms: Terms) -> Gains | None:
    """The gain of the first on each rung where its uncertainty is known."""
    values = [
        [terms.metric.gain(one.scores[draw], other.scores[draw]) for draw in draws]
        for one, other, draws in shared
    ]
    rows = [one.rows for one, _, _ in shared]
    found = means(values, [_by_rows(*met) for met in shared], overlaps(rows, terms.check_share))
    known = [(row, mean) for row, mean in zip(rows, found, strict=True) if mean is not None]
    if not known:
        return None
    return Gains(
        rows=np.array([row for row, _ in known], dtype=np.float64),
        means=tuple(mean for _, mean in known),
    )


def _by_rows(one: Rung, other: Rung, draws: Sequence[int]) -> float | None:
    """How much one draw's gain moves when the validation rows are drawn anew."""
    if one.samples is None or other.samples is None:
        return None
    gains = one.samples - other.samples
    gains = gains[np.isfinite(gains)]
    return float(gains.std()) if len(gains) > 1 else None


def _points(met: Sequence[tuple[Rung, list[int]]], metric: Metric) -> list[Point]:
    """A start's distance from a perfect score, lower is better."""
    perfect = metric.best if np.isfinite(metric.best) else 0.0
    return [
        Point(rows=rung.rows, draw=draw, loss=metric.gain(perfect, rung.scores[draw]))
        for rung, draws in met
        for draw in draws
    ]


def _is_borne_out(fitted: Crossover, gains: Gains, ahead: Lead) -> bool:
    """Whether fitted curves speak of what was not tried, and one who was surely ahead agrees."""
    said = [_said(fitted, rows) for rows in gains.rows]
    name = {1: fitted.between[0], -1: fitted.between[1]}
    sure = [(name[sign], one) for sign, one in zip(ahead.signs, said, strict=True) if sign]
    if any(one is not None and leader != one for leader, one in sure):
        return False
    if fitted.labels is None:
        return True
    return fitted.labels > gains.rows[-1] and any(leader == one for leader, one in sure)


def _said(fitted: Crossover, rows: float) -> str | None:
    """Who is ahead at a number of rows by the fitted curves; None inside of the interval."""
    low, high = fitted.interval or (np.inf, np.inf)
    return fitted.below if rows <= low else fitted.above if rows >= high else None


def _measured(between: tuple[str, str], crossing: Crossing, noun: str) -> Crossover:
    below, above = between[::-1] if crossing.to_first else between
    (low, high), middle = crossing.interval, crossing.middle
    return Crossover(
        between=between,
        because=(
            f"below about {middle:,.0f} {noun} `{below}` is better, above it `{above}` "
            f"(80 % between {low:,.0f} and {high:,.0f}), measured on both sides"
        ),
        labels=middle,
        interval=crossing.interval,
        below=below,
        above=above,
    )


def _led(between: tuple[str, str], gains: Gains, ahead: Lead, noun: str) -> Crossover | None:
    """One is ahead on every rung that both have, of which there are several."""
    if ahead.chance < _SURE_ON_ALL or len(ahead.signs) < 2:
        return None
    leader = between[0] if ahead.signs[0] > 0 else between[1]
    smallest, largest = gains.rows[0], gains.rows[-1]
    return Crossover(
        between=between,
        because=(
            f"no crossing between {smallest:,.0f} and {largest:,.0f} {noun}: `{leader}` is ahead "
            f"on each size that was tried ({100 * ahead.chance:.0f} % sure); beyond, nobody knows"
        ),
        below=leader,
        above=leader,
    )


def _doubtful(fitted: Crossover, gains: Gains, ahead: Lead, noun: str) -> Crossover:
    """Cannot tell, with the best of the reasons: too few sizes, or what the curves said."""
    if len(gains.rows) == 1:
        return _open(fitted.between, f"they met on one size only, {gains.rows[0]:,.0f} {noun}")
    unsure = [
        f"{rows:,.0f}" for rows, sign in zip(gains.rows, ahead.signs, strict=True) if not sign
    ]
    if len(gains.rows) == 2 and unsure:
        sizes = " and ".join(unsure)
        return _open(fitted.between, f"on {sizes} {noun} the difference may be chance")
    if fitted.interval is not None:
        low, high = fitted.interval
        near = f"between about {low:,.0f} and {high:,.0f} {noun}"
        return _open(fitted.between, f"they may cross {near}, but the difference may be chance")
    if fitted.below is not None:
        return _open(fitted.between, "the fitted curves contradict what was measured")
    return replace(fitted, labels=None, interval=None)


def _never_met(first: Climb, second: Climb, noun: str) -> str:
    for climb in (first, second):
        if not climb.rungs:
            return f"`{climb.name}` has no score"
    sizes = [{each.rows for each in climb.rungs} for climb in (first, second)]
    if sizes[0] & sizes[1]:
        slow = [c.name for c in (first, second) if any(each.is_cut for each in c.rungs)]
        named = " and ".join(f"`{name}`" for name in slow)
        return f"the clock cut {named} short wherever they met" if slow else "no draw is shared"
    return f"no number of {noun} was tried with both"


def _open(between: tuple[str, str], reason: str) -> Crossover:
    return Crossover(between=between, because=f"cannot tell: {reason}")
