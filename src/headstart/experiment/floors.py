"""Floors where nobody else came: on all rows, though the race stayed on a part of them.

A simple model that knows all rows may be better than whatever was compared on a few.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from headstart.experiment.arena import Arena
from headstart.experiment.attempt import Attempt
from headstart.experiment.left_below import note_too_dear
from headstart.experiment.pool import attempt_each
from headstart.experiment.standings import final_rows, is_floor, losses
from headstart.records import Candidate

_MOST_FOR_ONE = 0.2  # of what is left
_LEAST_AMOUNT = 3.0


def climb_alone(arena: Arena, field: Sequence[Candidate], sizes: Sequence[int]) -> None:
    """The floors on the rungs that the race did not come to, as far as they are quick.

    Where one of them decides alone then, whoever was ahead below stays there for its price.
    """
    attempt_each(arena, _missing(arena, field, sizes))
    others = [each for each in field if not is_floor(each)]
    reached = max((rows for rows in sizes if _who(arena, others, rows)), default=0)
    if 0 < reached < final_rows(arena.book.trials):
        for each in _who(arena, others, reached):
            note_too_dear(arena, each, reached)


def _missing(arena: Arena, field: Sequence[Candidate], sizes: Sequence[int]) -> Iterator[Attempt]:
    for rows in sizes:
        done = losses(arena, rows)
        for candidate in (each for each in field if is_floor(each) and each.name not in done):
            price, left = arena.expected(candidate, rows), arena.purse.left()
            if price <= _MOST_FOR_ONE * left:
                amount = min(2.0 * price + _LEAST_AMOUNT, left)
                yield Attempt(candidate=candidate, rows=rows, draw=0, amount=amount)


def _who(arena: Arena, field: Sequence[Candidate], rows: int) -> list[Candidate]:
    """Those that finished on a rung."""
    done = losses(arena, rows)
    return [each for each in field if each.name in done]
