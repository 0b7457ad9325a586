"""The first draws: every remedy is tried there, and those of lowest loss are chosen.

They choose and judge nothing: what they chose is compared on other draws (`pairing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from headstart import metrics
from headstart.evaluation import Contender
from headstart.experiment.arena import Arena
from headstart.experiment.attempt import Attempt
from headstart.experiment.challenge.champion import Champion, team
from headstart.experiment.challenge.teams import Teams
from headstart.experiment.pool import attempt_each
from headstart.records import Candidate

PATIENCE = 2.5
LEAST_AMOUNT = 3.0
_FEW_ROWS = 1_000
_MOST_CHALLENGERS = 3


def first_draws(rows: int) -> tuple[int, ...]:
    """The draws that choose: more than one where a single one has few rows to tell by."""
    return (0,) if rows >= _FEW_ROWS else (0, 1, 2)


def screened(
    arena: Arena,
    champion: Champion,
    field: Sequence[Candidate],
    first: Sequence[int],
    until: float,
) -> Iterator[Attempt]:
    """The champion and these candidates on the first draws, while the purse holds `until`."""
    rows = champion.rows
    for candidate in (*champion.members, *field):
        price = arena.expected(candidate, rows)
        for draw in first:
            left = arena.purse.left() - until
            if price <= left:
                amount = min(PATIENCE * price + LEAST_AMOUNT, left)
                yield Attempt(candidate=candidate, rows=rows, draw=draw, amount=amount)


def attempt_where_rows_are(arena: Arena, teams: Teams, attempts: Iterator[Attempt]) -> None:
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


def chosen_by_loss(
    arena: Arena, champion: Champion, teams: Teams, first: Sequence[int]
) -> list[str]:
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
