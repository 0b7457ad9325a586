"""Whether a new candidate replaces the one that was delivered: it has to win, not to tie.

A verdict among candidates that were all proposed beforehand prefers the cheapest of those that
cannot be told apart. Here one of them stands already, and the others were made to beat it, so the
burden is theirs: better at all with 0.95, better by more than the region of practical equivalence
with the verdict's own 0.75, both over at least three paired draws and after the optimism of having
been the best of several is taken away (`Comparison.probability`). Whoever fails leaves the old one
where it is. Of several that pass, the cheapest of those that cannot be told from the best is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headstart.evaluation.comparison import Comparison
from headstart.evaluation.evidence import Contender
from headstart.records.verdict import Interval, Standing

FEWEST_DRAWS = 3
_AT_ALL = 0.95
_BY_THE_REGION = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """A new candidate against the old one on the draws that both have.

    Attributes:
        gain: mean over the draws, in units of the metric; positive is better.
        interval: holds the gain with 90 %.
        better: probability that it is better at all.
        worth: probability that it is better by more than the region.
    """

    candidate: str
    draws: int
    gain: float
    interval: Interval
    better: float
    worth: float

    @property
    def is_won(self) -> bool:
        """Whether it may replace the old one."""
        sure = self.better >= _AT_ALL and self.worth >= _BY_THE_REGION
        return self.draws >= FEWEST_DRAWS and sure


def duels(
    comparison: Comparison, old: str, challengers: Sequence[str], region: float
) -> tuple[Duel, ...]:
    """Each challenger that shares a draw with the old one against it, the best gain first."""
    found = [
        _duel(comparison, name, old, region) for name in challengers if comparison.shared(name, old)
    ]
    return tuple(sorted(found, key=lambda each: -each.gain))


def adopted(
    comparison: Comparison, fought: Sequence[Duel], costs: Mapping[str, float], region: float
) -> str | None:
    """Who replaces the old one; None where nobody has won."""
    won = [each.candidate for each in fought if each.is_won]
    if not won:
        return None
    best = won[0]
    equals = [
        name
        for name in won
        if name == best or comparison.probability(best, name, region) < _BY_THE_REGION
    ]
    return min(equals, key=lambda name: (costs[name], name != best))


def _duel(comparison: Comparison, name: str, old: str, region: float) -> Duel:
    gains = comparison.gains(name, old)
    return Duel(
        candidate=name,
        draws=len(gains),
        gain=float(gains.mean()),
        interval=comparison.gain_interval(name, old),
        better=comparison.probability(name, old, 0.0),
        worth=comparison.probability(name, old, region),
    )


def standings_of(comparison: Comparison, first: str, field: Sequence[Contender]) -> list[Standing]:
    """Everyone's mean score and its interval, `first` first, then by score."""
    found = []
    for each in field:
        score = comparison.placed(each.candidate, first)
        interval = comparison.interval(each.candidate, score)
        found.append(each.standing(score, interval, len(comparison.scores[each.candidate])))
    sign = -1.0 if comparison.metric.direction == "up" else 1.0
    return sorted(found, key=lambda each: (each.candidate != first, sign * each.score, each.cost))
