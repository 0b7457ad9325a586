"""The verdict: which candidate to use, how sure that is, and why, in one sentence.

The rule. Let b be the contender with the best mean score. Ask of every other contender a: how
probable is it that b is better than a by more than the region of practical equivalence? Those
for which it is below 0.75 form the tie group of b: nobody can honestly say that b is better. The
cheapest of the group, b included, wins.

- If the group has other members, the verdict is a `tie`, also when b itself is the cheapest:
  it wins by its price, not because it was shown to be better.
- If b is alone, it has beaten everything by at least 0.75. It is `clear` when the closest rival
  is beaten with 0.90, and `leaning` below. Under three draws nothing is `clear`: a spread that was
  estimated from one or two numbers is no basis for such a word. A contender without a rival is
  `leaning`, because nothing was shown.

Why 0.75: with pure noise, six draws and a cut at 0.50, the contender that happens to be ahead is
named in about a quarter of the cases; at 0.75 in one of twenty. Floors take part like all others;
being cheap, they win whenever nothing is measurably better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from headstart.errors import NothingTrained
from headstart.evaluation.comparison import Comparison, compare
from headstart.evaluation.evidence import Contender
from headstart.evaluation.region import region_of
from headstart.evaluation.wording import sentence
from headstart.records import Crossover, Standing, Task, Verdict
from headstart.records.verdict import Confidence

_TIE_BELOW = 0.75
_CLEAR_FROM = 0.90
_FEWEST_DRAWS_FOR_CLEAR = 3


def judge(
    contenders: Sequence[Contender],
    task: Task,
    *,
    worth: float | None = None,
    scale: np.ndarray | None = None,
    seed: int = 0,
    crossovers: Sequence[Crossover] = (),
    check_share: float = 0.2,
) -> Verdict:
    """Apply the rule to the contenders; at least one of them is a floor with a score.

    Args:
        worth: the smallest difference that counts, in units of the metric, in place of the
            region that the metric suggests.
        scale: the targets' spread in training (t,), for several numeric targets.
        seed: of the bootstrap; the same seed gives the same verdict.
        check_share: share of the rows in each draw's validation part.

    Raises:
        NothingTrained: no contender has a score.
    """
    runners = [each for each in contenders if any(np.isfinite(o.score) for o in each.outcomes)]
    if not runners:
        raise NothingTrained(f"no candidate has a `{task.metric}`, so there is nothing to judge.")
    comparison = compare(runners, task, scale=scale, check_share=check_share, seed=seed)
    best = comparison.best()
    standings = _standings(comparison, best, runners)
    by_name = {standing.candidate: standing for standing in standings}
    floors = [by_name[each.candidate] for each in runners if each.is_floor]
    assert floors, "floors are always in the race"
    floor = next(standing for standing in standings if standing in floors)
    lowest = next(standing for standing in reversed(standings) if standing in floors)
    region = (
        region_of(comparison.metric, by_name[best].score, lowest.score) if worth is None else worth
    )
    decision = _decide(comparison, best, region, {each.candidate: each.cost for each in runners})
    winner = by_name[decision.winner]
    return Verdict(
        winner=winner,
        confidence=decision.confidence,
        tied=decision.tied,
        floor=floor,
        metric=comparison.metric.name,
        direction=comparison.metric.direction,
        deep_worth_it=winner not in floors,
        probability_best=decision.probability_best,
        region=region,
        because=sentence(
            standings,
            best=best,
            winner=decision.winner,
            confidence=decision.confidence,
            tied=decision.tied,
            floors={standing.candidate for standing in floors},
            rival=decision.rival,
            probability=decision.against_rival,
            region=region,
            metric=comparison.metric.name,
        ),
        crossovers=tuple(crossovers),
        standings=(*standings, *_unscored(contenders, runners)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    winner: str
    confidence: Confidence
    tied: tuple[str, ...]
    rival: str | None
    against_rival: float
    probability_best: float


def _decide(comparison: Comparison, best: str, region: float, costs: dict[str, float]) -> _Decision:
    others = [name for name in costs if name != best]
    beaten = {name: comparison.probability(best, name, region) for name in others}
    group = [name for name in others if beaten[name] < _TIE_BELOW]
    winner = min([best, *group], key=lambda name: (costs[name], name != best))
    rival = min(others, key=lambda name: beaten[name], default=None)
    if winner != best:
        rival = winner
    sure = min(beaten.values(), default=1.0)
    draws = min((len(comparison.shared(best, name)) for name in others), default=0)
    confidence: Confidence = "leaning"
    if group:
        confidence = "tie"
    elif sure >= _CLEAR_FROM and draws >= _FEWEST_DRAWS_FOR_CLEAR:
        confidence = "clear"
    rest = [name for name in costs if name != winner]
    return _Decision(
        winner=winner,
        confidence=confidence,
        tied=tuple(name for name in [best, *group] if name != winner),
        rival=rival,
        against_rival=1.0 if rival is None else beaten[rival],
        probability_best=min(
            (comparison.probability(winner, name, region) for name in rest), default=1.0
        ),
    )


def _standings(
    comparison: Comparison, best: str, runners: Sequence[Contender]
) -> tuple[Standing, ...]:
    placed = {each.candidate: comparison.placed(each.candidate, best) for each in runners}
    standings = [
        Standing(
            candidate=each.candidate,
            family=each.family,
            start=each.start,
            score=placed[each.candidate],
            interval=comparison.interval(each.candidate, placed[each.candidate]),
            cost=each.cost,
            draws=len(comparison.scores[each.candidate]),
        )
        for each in runners
    ]
    sign = -1.0 if comparison.metric.direction == "up" else 1.0
    return tuple(sorted(standings, key=lambda s: (s.candidate != best, sign * s.score, s.cost)))


def _unscored(contenders: Sequence[Contender], runners: Sequence[Contender]) -> list[Standing]:
    nan = float("nan")
    return [
        Standing(
            candidate=each.candidate,
            family=each.family,
            start=each.start,
            score=nan,
            interval=(nan, nan),
            cost=each.cost,
        )
        for each in contenders
        if each not in runners
    ]
