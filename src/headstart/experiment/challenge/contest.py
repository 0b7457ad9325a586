"""New candidates against a delivered model: tried on the first draws, compared on the others.

The first draws choose (which settings, which remedies); they judge nothing. The best of what they
chose then meet the champion on further draws, the same rows for all, and only who is measurably
better replaces it (`evaluation.adoption`). The locked rows are looked at once at the end, by the
adopted model and the old one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from headstart.advice.spaces import Dimension
from headstart.evaluation import Contender
from headstart.evaluation.adoption import Duel, adopted, duels
from headstart.evaluation.comparison import Comparison, compare
from headstart.experiment.account import note_compared
from headstart.experiment.arena import Arena
from headstart.experiment.challenge.champion import Champion
from headstart.experiment.challenge.field import blend_of, field_of
from headstart.experiment.challenge.hunting import hunt
from headstart.experiment.challenge.pairing import draw_together
from headstart.experiment.challenge.screening import (
    attempt_where_rows_are,
    chosen_by_loss,
    first_draws,
    screened,
)
from headstart.experiment.challenge.teams import Remedy, Teams
from headstart.experiment.deciding import decided
from headstart.experiment.pool import side_by_side
from headstart.records import Candidate

_DRAWS_WANTED = 6
_LEAST_FOR_DRAWS, _MOST_FOR_DRAWS = 0.3, 0.55
_LEAST_KEPT, _MOST_KEPT = 0.06, 0.35
_SHARE_OF_REMEDIES = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Challenge:
    """What is tried against a champion.

    Attributes:
        origin: the run that locked the rows.
        space: settings to search; empty for no search.
        blends: whether the mean of champion and challengers is a challenger as well.
        region: the difference that counts as none.
    """

    champion: Champion
    origin: Path
    remedies: tuple[Remedy, ...]
    space: tuple[Dimension, ...]
    blends: bool
    region: float

    @property
    def partners(self) -> tuple[Candidate, ...]:
        """What came next in the old run, for the blend alone."""
        return self.champion.partners if self.blends else ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fought:
    """The end of a challenge, before anything is delivered.

    Attributes:
        teams: what could be delivered: name -> candidates and their weights.
        actions: name -> the action that it came of.
        because: name -> why it was tried.
        field: everything that was compared, the champion first.
        left_behind: names that were tried and came to no paired draw.
        winner: who replaces the champion, or None.
        arenas: candidate -> where it is trained, if the rows that it learns from are others.
    """

    teams: Mapping[str, Mapping[Candidate, float]]
    actions: Mapping[str, str]
    because: Mapping[str, str]
    field: tuple[Contender, ...]
    comparison: Comparison | None
    duels: tuple[Duel, ...]
    left_behind: tuple[str, ...]
    searched: int
    winner: str | None
    arenas: Mapping[str, Arena]


def fight(arena: Arena, challenge: Challenge) -> Fought:
    """Try, choose, compare; the purse keeps what refit and locked rows need."""
    champion, total = challenge.champion, arena.purse.left()
    keep = _kept_back(arena, champion, total)
    first = first_draws(champion.rows)
    until = keep + _for_draws(arena, champion, total)
    teams = Teams(champion)
    for remedy in challenge.remedies:
        teams.add_remedy(remedy)
    searched = _tried(arena, challenge, teams, first, until)
    chosen = chosen_by_loss(arena, champion, teams, first)
    draw_together(arena, champion, teams, chosen, challenge.partners, keep)
    return _compared(arena, challenge, teams, _field(arena, challenge, teams, chosen), searched)


def _kept_back(arena: Arena, champion: Champion, total: float) -> float:
    """What the refit of an equal of the champion needs, and the locked rows."""
    everything = arena.material.all_rows
    price = sum(arena.expected(each, everything) for each in champion.members)
    return min(_LEAST_KEPT * total + 1.5 * price, _MOST_KEPT * total)


def _for_draws(arena: Arena, champion: Champion, total: float) -> float:
    """Of several draws for two challengers, and for the champion where it has not been there."""
    field = [*champion.members, *([] if champion.floor is None else [champion.floor])]
    price = 2.0 * side_by_side(arena, [champion.heaviest], champion.rows)
    wanted = 0.0
    for draw in range(_DRAWS_WANTED):
        lacking = [e for e in field if arena.book.find(e.name, champion.rows, draw) is None]
        wanted += price + side_by_side(arena, lacking, champion.rows)
    return min(max(wanted, _LEAST_FOR_DRAWS * total), _MOST_FOR_DRAWS * total)


def _tried(
    arena: Arena, challenge: Challenge, teams: Teams, first: tuple[int, ...], until: float
) -> int:
    """Remedies and search on the first draws; how many settings the search tried.

    Where there is a search, remedies have half of the time.
    """
    champion = challenge.champion
    share = 1.0 - _SHARE_OF_REMEDIES if challenge.space else 0.0
    kept = until + share * (arena.purse.left() - until)
    field = [each for remedy in challenge.remedies for each in remedy.candidates]
    attempt_where_rows_are(arena, teams, screened(arena, champion, field, first, kept))
    if not challenge.space or arena.interrupted():
        return 0
    base, rows = champion.heaviest, champion.rows
    found, searched = hunt(arena, base, challenge.space, rows, first, until)
    for candidate in found:
        teams.add(candidate.name, "search", candidate.because, {candidate: 1.0})
    return searched


def _field(
    arena: Arena, challenge: Challenge, teams: Teams, chosen: Sequence[str]
) -> list[Contender]:
    """Everyone on the draws that chose nothing, the champion first, the blend last."""
    champion, first = challenge.champion, first_draws(challenge.champion.rows)
    found = field_of(arena, champion, teams, chosen, first)
    if challenge.blends and not arena.interrupted():
        blend = blend_of(arena, champion, challenge.partners, teams, chosen, first)
        found += [] if blend is None else [blend]
    return found


def _compared(
    arena: Arena,
    challenge: Challenge,
    teams: Teams,
    field: Sequence[Contender],
    searched: int,
) -> Fought:
    """The duels with the champion; nobody wins where it is not in the field."""
    champion = challenge.champion
    names = [each.candidate for each in field if each.candidate in teams.weights]
    comparison, winner = None, None
    fought: tuple[Duel, ...] = ()
    if field and field[0].candidate == champion.name and field[0].outcomes:
        judged = [decided(arena.material, each) for each in field]
        note_compared(arena.book, judged, champion.rows)
        comparison = compare(
            judged,
            arena.material.task,
            scale=arena.material.scale(),
            seed=arena.seed,
        )
        fought = duels(comparison, champion.name, names, challenge.region)
        costs = {each.candidate: each.cost for each in field}
        if not arena.interrupted():
            winner = adopted(comparison, fought, costs, challenge.region)
    told = {each.candidate for each in fought}
    return Fought(
        teams=teams.weights,
        actions=teams.actions,
        because=teams.because,
        field=tuple(field),
        comparison=comparison,
        duels=fought,
        left_behind=tuple(name for name in teams.weights if name not in told),
        searched=searched,
        winner=winner,
        arenas=teams.arenas,
    )
