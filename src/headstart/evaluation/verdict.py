"""From contenders to the verdict: who is compared, who wins, and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from headstart.errors import NothingTrained
from headstart.evaluation.comparison import Comparison, compare
from headstart.evaluation.decision import decide
from headstart.evaluation.evidence import Contender
from headstart.evaluation.first_place import chances_of_first
from headstart.evaluation.region import region_of
from headstart.evaluation.wording import sentence
from headstart.metrics import check_truth
from headstart.records import Standing, Task, Verdict

_UNDEFINED = float("nan")


def judge(
    contenders: Sequence[Contender],
    task: Task,
    *,
    worth: float | None = None,
    scale: np.ndarray | None = None,
    seed: int = 0,
    check_share: float = 0.2,
) -> Verdict:
    """Apply the rule (`decision.py`) to the contenders; at least one floor must have a score.

    Args:
        worth: the smallest difference that counts, in units of the metric, in place of the
            region that the metric suggests; 0: any, whatever it costs.
        scale: the targets' spread in training (t,), for several numeric targets.
        seed: of the bootstrap; the same seed gives the same verdict.
        check_share: share of the rows in each draw's validation part.

    Raises:
        NothingTrained: no contender has a score.
        DataError: because the metric cannot judge the truth.
    """
    runners = [each for each in contenders if any(np.isfinite(o.score) for o in each.outcomes)]
    if not runners:
        raise _nothing_to_judge(contenders, task)
    comparison = compare(runners, task, scale=scale, check_share=check_share, seed=seed)
    metric, best = comparison.metric, comparison.best()
    standings = _standings(comparison, best, runners)
    names_of_floors = {each.candidate for each in runners if each.is_floor}
    floors = [standing for standing in standings if standing.candidate in names_of_floors]
    assert floors, "floors are always in the race"
    region = region_of(metric, standings[0].score, floors[-1].score) if worth is None else worth
    costs = {each.candidate: each.cost for each in runners}
    priors = {each.candidate: each.prior for each in runners}
    decision = decide(comparison, best, costs, region, at_any_price=worth == 0, priors=priors)
    winner = next(each for each in standings if each.candidate == decision.winner)
    return Verdict(
        winner=winner,
        confidence=decision.confidence,
        chosen_by=decision.chosen_by,
        tied=decision.tied,
        floor=floors[0],
        metric=metric.name,
        direction=metric.direction,
        deep_worth_it=winner not in floors,
        probability_best=decision.probability_best,
        region=region,
        because=sentence(standings, decision, names_of_floors, metric.name),
        standings=(*standings, *_without_score(contenders, runners)),
    )


def _nothing_to_judge(contenders: Sequence[Contender], task: Task) -> NothingTrained:
    for outcome in (outcome for each in contenders for outcome in each.outcomes):
        check_truth(task.metric, outcome.truth, task)
    if task.kind != "classification":
        return NothingTrained(f"no candidate has a `{task.metric}`, so there is nothing to judge.")
    return NothingTrained(
        f"no candidate has a `{task.metric}`: on no draw that there was time for do the rows to "
        "judge on hold the classes that it needs.",
        "Give more rows of the rare class or more --minutes, or decide on --metric log_loss.",
    )


def _standings(
    comparison: Comparison, best: str, runners: Sequence[Contender]
) -> tuple[Standing, ...]:
    """The best first, then by mean score, cheap before dear where equal."""
    standings, first = [], chances_of_first(comparison)
    for each in runners:
        score = comparison.placed(each.candidate, best)
        interval = comparison.interval(each.candidate, score)
        draws = len(comparison.scores[each.candidate])
        place = each.standing(score, interval, draws)
        standings.append(replace(place, first=first.get(each.candidate)))
    sign = -1.0 if comparison.metric.direction == "up" else 1.0
    return tuple(sorted(standings, key=lambda s: (s.candidate != best, sign * s.score, s.cost)))


def _without_score(contenders: Sequence[Contender], runners: Sequence[Contender]) -> list[Standing]:
    """Contenders whose score is undefined on every draw stand last."""
    return [
        each.standing(_UNDEFINED, (_UNDEFINED, _UNDEFINED), 0)
        for each in contenders
        if each not in runners
    ]
