"""What an earlier run delivered, to be beaten: its members, their weights, its draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from headstart import metrics
from headstart.delivery.combining import combine
from headstart.delivery.folders import read_manifest
from headstart.evaluation import Contender
from headstart.experiment import finals, standings
from headstart.experiment.arena import Arena
from headstart.experiment.book import read_trials
from headstart.experiment.challenge.inherited import candidates_of
from headstart.families import candidate_from_plain
from headstart.records import Candidate, Trial, Verdict

_MOST_RIVALS, _MOST_PARTNERS = 2, 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Champion:
    """The delivered model of an earlier run and what stands around it.

    Attributes:
        verdict: of the earlier run.
        members: candidate -> weight; one unless it is a blend.
        floor: the best floor; None where its family is not here.
        rivals: candidates that could not be told from it.
        waiting: candidates that the clock kept from all rows.
        partners: those that came next, which may help in a blend.
        rows: at which the verdict compared.
        seconds, work: of training the members once at that size, with the answers.
        model: the delivered model's folder.
    """

    verdict: Verdict
    members: Mapping[Candidate, float]
    floor: Candidate | None
    rivals: tuple[Candidate, ...]
    waiting: tuple[Candidate, ...]
    partners: tuple[Candidate, ...]
    rows: int
    seconds: float
    work: float
    model: Path
    resolved: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As the verdict names it."""
        return self.verdict.winner.candidate

    @property
    def heaviest(self) -> Candidate:
        """The member with the largest weight."""
        return max(self.members, key=lambda each: self.members[each])

    @property
    def known(self) -> set[str]:
        """Names of the candidates whose trials are of use."""
        field = [*self.members, *self.rivals, *self.waiting, *self.partners]
        field += [] if self.floor is None else [self.floor]
        return {each.name for each in field}

    def settings_of(self, candidate: Candidate) -> Mapping[str, Any]:
        """What a fit made of settings that are None."""
        return self.resolved.get(candidate.name, {})


def champion_of(run: Path, verdict: Verdict, waiting: Sequence[str]) -> Champion:
    """The champion of a run that came to a verdict.

    Args:
        waiting: names of candidates that the clock kept from all rows.
    """
    trials, model = read_trials(run), run / "model"
    members = {
        candidate_from_plain(each["candidate"]): float(each["weight"])
        for each in read_manifest(model)["members"]
    }
    names = {each.name for each in members}
    floors = candidates_of(run, [verdict.floor.candidate])
    tied = [name for name in verdict.tied if name not in names]
    rows = standings.final_rows(trials)
    mine = [t for t in trials if t.candidate in names and t.rows == rows and t.draw is not None]
    return Champion(
        verdict=verdict,
        members=members,
        floor=floors[0] if floors else None,
        rivals=tuple(
            each for each in candidates_of(run, tied) if each.name != verdict.floor.candidate
        )[:_MOST_RIVALS],
        waiting=tuple(each for each in candidates_of(run, waiting) if each.name not in names),
        partners=_partners(run, verdict, names),
        rows=rows,
        seconds=_mean(mine, names, lambda each: each.seconds),
        work=_mean(mine, names, lambda each: each.work),
        model=model,
        resolved={each.candidate: dict(each.settings) for each in mine},
    )


def _partners(run: Path, verdict: Verdict, names: set[str]) -> tuple[Candidate, ...]:
    """The best other candidates that are no floors."""
    found = []
    for each in candidates_of(run, [standing.candidate for standing in verdict.standings]):
        if each.name not in names and not standings.is_floor(each):
            found.append(each)
    return tuple(found[:_MOST_PARTNERS])


def team(
    arena: Arena, name: str, weights: Mapping[Candidate, float], rows: int
) -> Contender | None:
    """The mean of several candidates' answers with fixed weights, on the draws that all have."""
    found = finals.contenders(arena, list(weights), rows)
    if len(found) < len(weights):
        return None
    first = found[0]
    if len(found) == 1:
        return replace(first, candidate=name)
    by_draw = [{outcome.draw: outcome for outcome in each.outcomes} for each in found]
    draws = sorted(set.intersection(*(set(each) for each in by_draw)))
    outcomes = []
    for draw in draws:
        mine = [each[draw] for each in by_draw]
        prediction = combine([each.prediction for each in mine], list(weights.values()))
        score = metrics.score(
            arena.material.task.metric,
            mine[0].truth,
            prediction,
            arena.material.task,
            weights=mine[0].weights,
            scale=arena.material.scale(),
        )
        outcomes.append(replace(mine[0], prediction=prediction, score=score))
    shares = {each.name: share for each, share in weights.items()}
    return replace(
        first,
        candidate=name,
        family=finals.BLEND,
        start=finals.start_of(found, shares),
        cost=sum(each.cost for each in found),
        outcomes=tuple(outcomes),
        is_floor=False,
        members=shares,
    )


def _mean(trials: Sequence[Trial], names: set[str], of: Any) -> float:
    """Of each member the mean over its draws, summed."""
    total = 0.0
    for name in names:
        mine = [of(each) for each in trials if each.candidate == name]
        total += sum(mine) / len(mine) if mine else 0.0
    return total
