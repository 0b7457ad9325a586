"""New candidates against a delivered model: tried on the first draws, compared on the others.

The first draws choose (which settings, which remedies); they judge nothing. The best of what they
chose then meet the champion on further draws, the same rows for all, and only who is measurably
better replaces it (`evaluation.adoption`). The locked rows are looked at once at the end, by the
adopted model and the old one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from headstart import metrics
from headstart.advice.spaces import Dimension
from headstart.evaluation import Contender
from headstart.evaluation.adoption import Duel, adopted, duels
from headstart.evaluation.comparison import Comparison, compare
from headstart.experiment import finals
from headstart.experiment.arena import Arena
from headstart.experiment.attempt import Attempt
from headstart.experiment.champion import Champion, team
from headstart.experiment.deciding import decided
from headstart.experiment.hunting import hunt
from headstart.experiment.pool import attempt_each, side_by_side
from headstart.records import Candidate

BLEND = "blend.adjusted"
_FEW_ROWS = 1_000
_MOST_CHALLENGERS = 3
_DRAWS_WANTED = 6
_LEAST_FOR_DRAWS, _MOST_FOR_DRAWS = 0.3, 0.55
_LEAST_KEPT, _MOST_KEPT = 0.06, 0.35
_SHARE_OF_REMEDIES = 0.5
_PATIENCE = 2.5
_LEAST_AMOUNT = 3.0
_SURPLUS = 1.15  # trials vary


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Remedy:
    """An action as candidates: each for itself, or `together` with the champion as a mean.

    Attributes:
        arena: where they are trained, if the rows that they learn from are others.
    """

    action: str
    candidates: tuple[Candidate, ...]
    because: str
    together: bool = False
    arena: Arena | None = None

    @property
    def name(self) -> str:
        """Of what is compared; a remedy of several candidates for themselves has none."""
        return f"{self.action}.mean" if self.together else self.candidates[0].name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Challenge:
    """What is tried against a champion.

    Attributes:
        space: settings to search; empty for no search.
        blends: whether the mean of champion and challengers is a challenger as well.
        region: the difference that counts as none.
    """

    champion: Champion
    remedies: tuple[Remedy, ...]
    space: tuple[Dimension, ...]
    blends: bool
    region: float


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
    teams = _Teams(champion)
    most = arena.purse.left() - until
    for remedy in challenge.remedies:
        teams.add_remedy(remedy)
    _attempt(arena, teams, _screening(arena, challenge, first, until, most))
    found: list[Candidate] = []
    searched = 0
    if challenge.space and not arena.interrupted():
        base, rows = champion.heaviest, champion.rows
        found, searched = hunt(arena, base, challenge.space, rows, first, until)
    for candidate in found:
        teams.add(candidate.name, "search", candidate.because, {candidate: 1.0})
    chosen = _chosen(arena, champion, teams, first)
    _draw(arena, champion, teams, chosen, _partners(challenge), keep)
    return _compared(arena, challenge, teams, chosen, first, searched)


def first_draws(rows: int) -> tuple[int, ...]:
    """The draws that choose: more than one where a single one has few rows to tell by."""
    return (0,) if rows >= _FEW_ROWS else (0, 1, 2)


class _Teams:
    """What may replace the champion, by name: candidates and weights, the action and the reason."""

    def __init__(self, champion: Champion) -> None:
        self._champion = champion
        self.weights: dict[str, Mapping[Candidate, float]] = {}
        self.actions: dict[str, str] = {}
        self.because: dict[str, str] = {}
        self.arenas: dict[str, Arena] = {}

    def add(self, name: str, action: str, because: str, weights: Mapping[Candidate, float]) -> None:
        self.weights[name], self.actions[name], self.because[name] = weights, action, because

    def add_remedy(self, remedy: Remedy) -> None:
        if remedy.together:
            members = [self._champion.heaviest, *remedy.candidates]
            weights = dict.fromkeys(members, 1.0 / len(members))
            self.add(remedy.name, remedy.action, remedy.because, weights)
            return
        for candidate in remedy.candidates:
            if remedy.arena is not None:
                self.arenas[candidate.name] = remedy.arena
            self.add(candidate.name, remedy.action, candidate.because, {candidate: 1.0})


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


def _screening(
    arena: Arena, challenge: Challenge, first: Sequence[int], until: float, most: float
) -> Iterator[Attempt]:
    """The remedies on the first draws, in at most half of the time where there is a search too."""
    rows = challenge.champion.rows
    floor = until + (most * (1 - _SHARE_OF_REMEDIES) if challenge.space else 0.0)
    field = [each for remedy in challenge.remedies for each in remedy.candidates]
    for candidate in (*challenge.champion.members, *field):
        price = arena.expected(candidate, rows)
        for draw in first:
            left = arena.purse.left() - floor
            if price <= left:
                amount = min(_PATIENCE * price + _LEAST_AMOUNT, left)
                yield Attempt(candidate=candidate, rows=rows, draw=draw, amount=amount)


def _chosen(arena: Arena, champion: Champion, teams: _Teams, first: Sequence[int]) -> list[str]:
    """The names of lowest loss on the first draws, the lowest first; at most three."""
    losses = {}
    for name, weights in teams.weights.items():
        contender = team(arena, name, weights, champion.rows)
        loss = None if contender is None else _loss(arena, contender, first)
        if loss is not None:
            losses[name] = loss
    return sorted(losses, key=lambda name: losses[name])[:_MOST_CHALLENGERS]


def _loss(arena: Arena, contender: Contender, draws: Sequence[int]) -> float | None:
    """The proper loss, its mean over these draws; None where one is missing."""
    task, scale = arena.material.task, arena.material.scale()
    found = [
        metrics.proper_loss(each.truth, each.prediction, task, weights=each.weights, scale=scale)
        for each in contender.outcomes
        if each.draw in draws
    ]
    return float(np.mean(found)) if len(found) == len(draws) else None


def _attempt(arena: Arena, teams: _Teams, attempts: Iterator[Attempt]) -> None:
    """Every trial where its rows are; those that learn from other rows follow one by one."""
    others: list[Attempt] = []

    def usual() -> Iterator[Attempt]:
        for attempt in attempts:
            if attempt.candidate.name in teams.arenas:
                others.append(attempt)
            else:
                yield attempt

    attempt_each(arena, usual())
    for attempt in others:
        attempt_each(teams.arenas[attempt.candidate.name], [attempt])


def _draw(
    arena: Arena,
    champion: Champion,
    teams: _Teams,
    chosen: Sequence[str],
    partners: Sequence[Candidate],
    keep: float,
) -> None:
    """Draw after draw for the champion, the floor and the chosen, while a whole one fits.

    Where it no longer does, partners of a blend stay out, then the chosen of the highest loss, as
    long as one is left.
    """
    field = [teams.weights[name] for name in chosen]
    field += [{each: 1.0} for each in partners]
    floors = [] if champion.floor is None else [champion.floor]
    for draw in range(arena.most_draws):
        missing = _missing(arena, champion, floors, field, draw)
        while len(field) > 1 and _beyond(arena, champion, missing, keep):
            field.pop()
            missing = _missing(arena, champion, floors, field, draw)
        if arena.interrupted() or not field or _beyond(arena, champion, missing, keep):
            break
        _attempt(arena, teams, _attempts(arena, missing, champion.rows, draw))
    if arena.interrupted():
        arena.catch_up()


def _missing(
    arena: Arena,
    champion: Champion,
    floors: Sequence[Candidate],
    field: Sequence[Mapping[Candidate, float]],
    draw: int,
) -> list[Candidate]:
    wanted: dict[str, Candidate] = {}
    for each in (*champion.members, *floors, *(one for weights in field for one in weights)):
        wanted.setdefault(each.name, each)
    found = arena.book.find
    return [each for name, each in wanted.items() if found(name, champion.rows, draw) is None]


def _beyond(arena: Arena, champion: Champion, missing: Sequence[Candidate], keep: float) -> bool:
    """Whether one more draw would take what is kept back."""
    price = side_by_side(arena, missing, champion.rows)
    return _SURPLUS * price > arena.purse.left() - keep


def _attempts(
    arena: Arena, missing: Sequence[Candidate], rows: int, draw: int
) -> Iterator[Attempt]:
    for candidate in missing:
        amount = _PATIENCE * arena.expected(candidate, rows) + _LEAST_AMOUNT
        within = min(amount, arena.purse.left())
        yield Attempt(candidate=candidate, rows=rows, draw=draw, amount=within)


def _compared(
    arena: Arena,
    challenge: Challenge,
    teams: _Teams,
    chosen: Sequence[str],
    first: Sequence[int],
    searched: int,
) -> Fought:
    champion = challenge.champion
    field = _field(arena, challenge, teams, chosen, first)
    names = [each.candidate for each in field if each.candidate in teams.weights]
    comparison, winner = None, None
    fought: tuple[Duel, ...] = ()
    if field and field[0].candidate == champion.name and field[0].outcomes:
        comparison = compare(
            [decided(arena.material, each) for each in field],
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


def _field(
    arena: Arena,
    challenge: Challenge,
    teams: _Teams,
    chosen: Sequence[str],
    first: Sequence[int],
) -> list[Contender]:
    """The champion, the floor, the chosen and their blend, on the draws that chose nothing."""
    champion = challenge.champion
    rows = champion.rows
    found = [_judging(team(arena, champion.name, champion.members, rows), first)]
    if champion.floor is not None and champion.floor.name != champion.name:
        found += [_judging(one, first) for one in finals.contenders(arena, [champion.floor], rows)]
    found += [_judging(team(arena, name, teams.weights[name], rows), first) for name in chosen]
    if challenge.blends and not arena.interrupted():
        found.append(_blended(arena, challenge, teams, chosen, first))
    return [each for each in found if each is not None]


def _blended(
    arena: Arena, challenge: Challenge, teams: _Teams, chosen: Sequence[str], first: Sequence[int]
) -> Contender | None:
    """The champion's members and the chosen, weighed on other draws than they are compared on."""
    champion = challenge.champion
    chosen = [name for name in chosen if name not in teams.arenas]  # the others read other columns
    singles = [each for name in chosen for each in teams.weights[name]]
    field = (*champion.members, *singles, *_partners(challenge))
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


def _partners(challenge: Challenge) -> tuple[Candidate, ...]:
    """What came next in the old run, for the blend alone."""
    return challenge.champion.partners if challenge.blends else ()


def _judging(contender: Contender | None, first: Sequence[int]) -> Contender | None:
    """The contender on the draws that chose nothing; None where it has none of them."""
    if contender is None:
        return None
    outcomes = tuple(each for each in contender.outcomes if each.draw not in first)
    return replace(contender, outcomes=outcomes) if outcomes else None
