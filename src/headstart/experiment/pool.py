"""Several trials at once: those that keep one core busy run side by side, the others alone.

The next trial is asked for only when it can begin, so that whoever proposes it knows what the
earlier ones have found and what is left in the purse. One that needs all cores waits for those
under way, and is then held to what they have left. With a budget in work units trials run one after
the other: no choice may then depend on which of two ends first.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from headstart.experiment import embeddings
from headstart.experiment.arena import Arena
from headstart.experiment.attempt import Attempt
from headstart.experiment.left_below import note_too_dear
from headstart.records import Candidate, Trial

_SECONDS_BETWEEN_QUESTIONS = 0.25
_ENOUGH = 0.7  # of its time: what learns in rounds is nearly as good by then
_MOST_FOR_THE_QUICK, _SHARE_FOR_THE_QUICK = 5.0, 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class _UnderWay:
    attempt: Attempt
    id: str
    began: float


def attempt_each(arena: Arena, attempts: Iterable[Attempt]) -> None:
    """Do every trial that is not in the book yet; an interruption ends those under way."""
    under_way: dict[int, _UnderWay] = {}
    for attempt in attempts:
        if arena.recalled(attempt):
            continue
        alone = arena.is_alone(attempt.candidate, attempt.rows)
        name, job = _job(arena, attempt)
        if under_way and (alone or not embeddings.is_prepared(arena, attempt.candidate, job)):
            _finish(arena, under_way, leave=0)
            late = _after_waiting(arena, attempt)
            if late is None:
                continue
            attempt, job = late, arena.job(late, name)
        if arena.interrupted():
            break
        _begin(arena, attempt, name, job, under_way)
        _finish(arena, under_way, leave=0 if alone else arena.slots - 1)
    _finish(arena, under_way, leave=0)


def attempt(
    arena: Arena, candidate: Candidate, rows: int, draw: int | None, amount: float
) -> Trial | None:
    """The trial of this candidate, from the book or done now; None after an interruption."""
    attempt_each(arena, [Attempt(candidate=candidate, rows=rows, draw=draw, amount=amount)])
    return arena.book.find(candidate.name, rows, draw)


def side_by_side(arena: Arena, candidates: Iterable[Candidate], rows: int, draw: int = 0) -> float:
    """What trials of these candidates cost in the purse's currency when cores are shared."""
    total = 0.0
    for candidate in candidates:
        shared = 1 if arena.is_alone(candidate, rows) else arena.slots
        total += arena.expected(candidate, rows, draw) / shared
    return total


def _after_waiting(arena: Arena, attempt: Attempt) -> Attempt | None:
    """The attempt within what those before it have left; None where that is too little for it."""
    left = arena.purse.left()
    left = max(left - attempt.keep, min(_MOST_FOR_THE_QUICK, _SHARE_FOR_THE_QUICK * left))
    if arena.interrupted() or attempt.amount <= left:
        return attempt
    candidate, rows = attempt.candidate, attempt.rows
    if left >= _ENOUGH * arena.expected(candidate, rows, attempt.draw or 0):
        return replace(attempt, amount=left)
    reached = [each.rows or 0 for each in arena.book.trials if each.candidate == candidate.name]
    if any(reached):
        note_too_dear(arena, candidate, max(reached))
    return None


def _job(arena: Arena, attempt: Attempt) -> tuple[str, Mapping[str, Any]]:
    name = arena.book.begin(attempt.candidate.name, attempt.rows, attempt.draw)
    return name, arena.job(attempt, name)


def _begin(
    arena: Arena,
    attempt: Attempt,
    name: str,
    job: Mapping[str, Any],
    under_way: dict[int, _UnderWay],
) -> None:
    arena.onlooker.began(attempt.candidate, attempt.rows, attempt.draw)
    begun = _UnderWay(attempt=attempt, id=name, began=time.monotonic())
    is_ready = embeddings.is_prepared(arena, attempt.candidate, job)
    failed = None if is_ready else embeddings.prepare(arena, attempt.candidate, job)
    if failed:
        arena.end(attempt, name, failed, time.monotonic() - begun.began)
    elif not arena.interrupted():
        under_way[arena.engine.submit(job)] = begun


def _finish(arena: Arena, under_way: dict[int, _UnderWay], leave: int) -> None:
    """Wait until no more than so many trials are under way."""
    while len(under_way) > leave:
        if arena.interrupted():
            for ticket in under_way:
                arena.engine.cancel(ticket)
            under_way.clear()
            return
        ended = arena.engine.wait(_SECONDS_BETWEEN_QUESTIONS)
        if ended is not None and ended[0] in under_way:
            begun = under_way.pop(ended[0])
            arena.end(begun.attempt, begun.id, ended[1], time.monotonic() - begun.began)
