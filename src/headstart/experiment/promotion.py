"""Who climbs to the next rung: floors, the best of each start, as many of the best as can arrive.

A rung that leads nowhere takes time from those who could be compared on all rows. So a candidate
climbs on only if all rungs before it fit into what is left beside the quick ones, and on each rung
the best go first until the rung's share is promised.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from headstart.experiment.arena import Arena
from headstart.experiment.pool import side_by_side
from headstart.experiment.rungs import rungs
from headstart.experiment.standings import behind, best_of_starts, is_floor, losses
from headstart.records import Candidate

FINALISTS = 4
_SIBLING = 0.1
_SHARE_PROMOTED = 2 / 3
_MOST_FOR_ONE = 0.5
_FAR_BEHIND = 0.12
_QUICK = 0.15  # of what the way up may cost
_ADVANTAGE = 0.2  # in the loss, asked of who costs all that is left
ENOUGH = 0.7  # of its time: what learns in rounds is nearly as good by then


def promoted(
    arena: Arena,
    field: Sequence[Candidate],
    rows: int,
    following: int,
    *,
    share: float,
    spare: float,
) -> list[Candidate]:
    """Who climbs from a rung to the following one, the best first.

    Args:
        share: what the following rung may cost, in the currency of the purse.
        spare: what the whole way up may cost.
    """
    loss = losses(arena, rows)
    floors = [each for each in field if is_floor(each)]
    ranked = _ranked(field, loss)
    if not ranked:
        return floors + ranked
    ranked = _mixed(ranked, loss)
    chosen = _affordable(arena, ranked, loss, following, share, spare)
    there = {type(each.start) for each in chosen}
    is_last = following == arena.material.rows  # where each asks for the time it needs
    most = _MOST_FOR_ONE * arena.purse.left()
    protected = [
        each
        for each in best_of_starts(ranked, loss)
        if type(each.start) not in there and (is_last or arena.expected(each, following) < most)
    ]
    return floors + chosen + protected


def too_dear(
    arena: Arena, field: Sequence[Candidate], rows: int, following: int, spare: float
) -> list[Candidate]:
    """Those of the field that only their price keeps from climbing: good enough, and not quick.

    Args:
        spare: what the whole way up may cost.
    """
    loss = losses(arena, rows)
    ranked = _mixed(_ranked(field, loss), loss) if _ranked(field, loss) else []
    good = ranked[: _most(len(ranked))]
    return [each for each in good if _way_up(arena, each, following) > _QUICK * spare]


def late(
    arena: Arena, field: Sequence[Candidate], everybody: Sequence[Candidate]
) -> list[Candidate]:
    """Who was left below, close behind the best of the field, and may come to the last rung after
    it where time is left: the quickest first.
    """
    best = next((each for each in field if not is_floor(each)), None)
    distances = behind(arena, everybody, best) if best else {}
    close = [
        each
        for each in everybody
        if each not in field and distances.get(each.name, math.inf) <= _FAR_BEHIND
    ]
    return sorted(close, key=lambda each: arena.expected(each, arena.material.rows))


def _affordable(
    arena: Arena,
    ranked: Sequence[Candidate],
    loss: Mapping[str, float],
    following: int,
    share: float,
    spare: float,
) -> list[Candidate]:
    """The best of the quick ones; of others that can arrive beside them those that are better by as
    much as they cost more, while the rung's share lasts. Where nobody can arrive, who fits into it.

    The very best climbs even beyond the share, up to half of what is left; to the last rung at any
    price, because it may be trained there for delivery alone.
    """
    is_last = following == arena.material.rows
    way = {each.name: _way_up(arena, each, following) for each in ranked}
    quick = [each for each in ranked if way[each.name] <= _QUICK * spare][:FINALISTS]
    spare -= sum(way[each.name] for each in quick)
    best = min((loss[each.name] for each in quick), default=math.inf)
    able = [
        each
        for each in ranked
        if each in quick
        or (way[each.name] <= spare and loss[each.name] <= _bar(best, way[each.name] / spare))
    ] or ranked
    share -= side_by_side(arena, quick, following)
    most = _most(len(ranked))
    chosen: list[Candidate] = []
    for candidate in able[:most]:
        price = side_by_side(arena, [candidate], following)
        may_exceed = is_last or price <= _MOST_FOR_ONE * arena.purse.left()
        if candidate in quick or price <= share or (candidate is able[0] and may_exceed):
            chosen.append(candidate)
            share -= 0.0 if candidate in quick else price
    return chosen or list(ranked[:1])


def _ranked(field: Sequence[Candidate], loss: Mapping[str, float]) -> list[Candidate]:
    """Those that are no floors and were scored, the lowest loss first."""
    scored = (each for each in field if not is_floor(each) and each.name in loss)
    return sorted(scored, key=lambda each: loss[each.name])


def _most(ranked: int) -> int:
    """How many of so many may climb."""
    return max(FINALISTS, round(_SHARE_PROMOTED * ranked))


def _bar(best_of_the_quick: float, share: float) -> float:
    """The loss to reach for a share of what is left, because that time would train several others.

    Example:
        >>> round(_bar(1.0, 0.5), 2)
        0.93
    """
    asked = _ADVANTAGE * max(share - _QUICK, 0.0)
    return best_of_the_quick - (asked * abs(best_of_the_quick) if asked else 0.0)


def _way_up(arena: Arena, candidate: Candidate, following: int) -> float:
    """What all rungs from the following one on would cost; of the last one at least so much."""
    *before, last = rungs(arena.material.rows, arena.most_rungs)
    prices = [side_by_side(arena, [candidate], rows) for rows in before if rows >= following]
    return sum(prices) + ENOUGH * side_by_side(arena, [candidate], last)


def _mixed(ranked: Sequence[Candidate], loss: dict[str, float]) -> list[Candidate]:
    """Best first, but a family's second candidate has to beat other families by a tenth.

    Siblings err alike: a second one teaches the verdict and the blend less than a stranger does.
    """
    handicap = _SIBLING * abs(loss[ranked[0].name])
    seen: Counter[str] = Counter()
    worth: dict[str, float] = {}
    for candidate in ranked:
        worth[candidate.name] = loss[candidate.name] + handicap * seen[candidate.family]
        seen[candidate.family] += 1
    return sorted(ranked, key=lambda each: worth[each.name])
