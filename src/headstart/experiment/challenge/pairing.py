"""Paired draws: the champion, the floor and the chosen on the same rows, while whole draws fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from headstart.experiment.arena import Arena
from headstart.experiment.attempt import Attempt
from headstart.experiment.challenge.champion import Champion
from headstart.experiment.challenge.screening import (
    LEAST_AMOUNT,
    PATIENCE,
    attempt_where_rows_are,
)
from headstart.experiment.challenge.teams import Teams
from headstart.experiment.pool import side_by_side
from headstart.records import Candidate

_SURPLUS = 1.15  # trials vary


def draw_together(
    arena: Arena,
    champion: Champion,
    teams: Teams,
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
        attempt_where_rows_are(arena, teams, _attempts(arena, missing, champion.rows, draw))
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
        amount = PATIENCE * arena.expected(candidate, rows) + LEAST_AMOUNT
        within = min(amount, arena.purse.left())
        yield Attempt(candidate=candidate, rows=rows, draw=draw, amount=within)
