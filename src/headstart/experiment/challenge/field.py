"""Who is compared in a challenge: everyone on the draws that chose nothing, and their blend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from headstart.evaluation import Contender
from headstart.experiment import finals
from headstart.experiment.arena import Arena
from headstart.experiment.challenge.champion import Champion, team
from headstart.experiment.challenge.teams import Teams
from headstart.records import Candidate

BLEND = "blend.adjusted"


def field_of(
    arena: Arena, champion: Champion, teams: Teams, chosen: Sequence[str], first: Sequence[int]
) -> list[Contender]:
    """The champion, the floor and the chosen, on the draws that chose nothing."""
    rows = champion.rows
    found = [_judging(team(arena, champion.name, champion.members, rows), first)]
    if champion.floor is not None and champion.floor.name != champion.name:
        found += [_judging(one, first) for one in finals.contenders(arena, [champion.floor], rows)]
    found += [_judging(team(arena, name, teams.weights[name], rows), first) for name in chosen]
    return [each for each in found if each is not None]


def blend_of(
    arena: Arena,
    champion: Champion,
    partners: Sequence[Candidate],
    teams: Teams,
    chosen: Sequence[str],
    first: Sequence[int],
) -> Contender | None:
    """The champion's members, the chosen and partners, averaged; a team of its own from now on.

    Weights are learned on other draws than they are compared on. None where there are no two.
    """
    chosen = [name for name in chosen if name not in teams.arenas]  # the others read other columns
    singles = [each for name in chosen for each in teams.weights[name]]
    field = (*champion.members, *singles, *partners)
    members = list({each.name: each for each in field}.values())
    judging = [_judging(each, first) for each in finals.contenders(arena, members, champion.rows)]
    contenders = [each for each in judging if each is not None]
    most = max((len(each.outcomes) for each in contenders), default=0)
    contenders = [each for each in contenders if len(each.outcomes) == most]
    if len(contenders) < 2:
        return None
    blended = finals.blend(arena, contenders)
    if blended is None:
        return None
    contender, shares = blended
    weights = {each: shares[each.name] for each in members if each.name in shares}
    told = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    teams.add(BLEND, "blend", f"the answers averaged: {told}", weights)
    return replace(contender, candidate=BLEND)


def _judging(contender: Contender | None, first: Sequence[int]) -> Contender | None:
    """The contender on the draws that chose nothing; None where it has none of them."""
    if contender is None:
        return None
    outcomes = tuple(each for each in contender.outcomes if each.draw not in first)
    return replace(contender, outcomes=outcomes) if outcomes else None
