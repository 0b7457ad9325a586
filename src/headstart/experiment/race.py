"""The race is the learning curve: candidates meet on rungs of nested training rows.

Rungs are 1/27, 1/9, 1/3 and all of the training rows, at least 64; every trial trains anew.
Promotion is on a proper loss. The best candidate of each start and every floor climb all rungs,
because curves from scratch start slowly and cross later.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from headstart.experiment import floors
from headstart.experiment.arena import Arena
from headstart.experiment.attempt import Attempt
from headstart.experiment.left_below import note_left_below, note_too_dear
from headstart.experiment.pool import attempt_each, side_by_side
from headstart.experiment.promotion import ENOUGH, FINALISTS, late, promoted, too_dear
from headstart.experiment.rungs import rungs
from headstart.experiment.standings import (
    behind,
    best_of_starts,
    final_rows,
    is_floor,
    losses,
)
from headstart.records import Candidate

_ROWS_WITH_THREE_DRAWS = 1000
# Seconds or work units: less tells nothing about a family that learns in rounds.
_LEAST_AMOUNT = 3.0
_MOST_FOR_A_FLOOR = 5.0
LEAST_RESERVED = 0.05
_MOST_RESERVED = 0.45
_REFIT_OF_ONE = 0.25
_SHARE_FOR_THE_QUICK = 0.25
_TRIAL_AND_REFIT = 2.3
_LEAD, _ENOUGH_FOR_A_LEADER = 0.2, 0.4


def run(arena: Arena, candidates: Sequence[Candidate], keep: float) -> list[Candidate]:
    """Race until an amount of `keep` is left in the purse; the finalists, best first.

    Floors are not among the finalists: they are compared in any case.
    """
    field, total = list(candidates), arena.purse.left()
    sizes, least = rungs(arena.material.rows, arena.most_rungs), min(keep, LEAST_RESERVED * total)
    for number, rows in enumerate(sizes):
        is_last = number > 0 and rows == sizes[-1]
        if number and arena.purse.left() <= (0.0 if is_last else keep):
            break
        share = _share(arena, number, sizes, keep)
        if is_last and _refits_instead(arena, field, keep, least):
            break
        if is_last:
            attempt_each(arena, _arrive(arena, field, rows, keep, sizes[-2]))
            attempt_each(arena, _arrive_late(arena, late(arena, field, candidates), rows, keep))
        else:
            attempt_each(arena, _climb(arena, field, rows, share, keep))
            attempt_each(arena, _again(arena, field, rows, keep))
        if rows < _ROWS_WITH_THREE_DRAWS and arena.material.task.has_rows:
            attempt_each(arena, _repeat(arena, field, rows, share, keep))
        if arena.interrupted():
            arena.catch_up()
            break
        if rows != sizes[-1]:
            keep = _keep_after(arena, field, rows, sizes, keep, total)
            field = _promoted(arena, field, number, sizes, keep, least)
    if not arena.interrupted() and arena.material.task.has_rows:
        floors.climb_alone(arena, candidates, sizes)
    return _finalists(arena, candidates)


def _keep_after(
    arena: Arena,
    field: Sequence[Candidate],
    rows: int,
    sizes: Sequence[int],
    keep: float,
    total: float,
) -> float:
    """Before the last rung only the refit is kept back: its trials are the finals' first draw."""
    if rows != sizes[-2]:
        return keep
    best = sorted(field, key=lambda each: losses(arena, rows).get(each.name, math.inf))
    return min(keep, _REFIT_OF_ONE * total, reserve(arena, best[:1], total))


def _promoted(
    arena: Arena,
    field: Sequence[Candidate],
    number: int,
    sizes: Sequence[int],
    keep: float,
    least: float,
) -> list[Candidate]:
    """Who goes on from a rung to the next one."""
    following = sizes[number + 1]
    kept = keep if following == sizes[-1] else least
    rows, spare = sizes[number], arena.purse.left() - least
    share = _share(arena, number + 1, sizes, kept)
    climbing = promoted(arena, field, rows, following, share=share, spare=spare)
    dear = too_dear(arena, field, rows, following, spare)
    note_left_below(arena, [each for each in field if each not in climbing], dear, rows)
    return climbing


def reserve(arena: Arena, winners: Sequence[Candidate], total: float) -> float:
    """What the refit of likely winners needs, all members of a blend included, within reason."""
    least = LEAST_RESERVED * total
    if not arena.material.task.has_rows:
        return least
    prices = [arena.expected(each, arena.material.all_rows) for each in winners]
    return min(least + 1.3 * sum(prices), _MOST_RESERVED * total)


def leaders(arena: Arena, field: Sequence[Candidate]) -> list[Candidate]:
    """The two that are best on the largest rung reached, floors included: one may be delivered."""
    loss = losses(arena, final_rows(arena.book.trials))
    ranked = sorted((each for each in field if each.name in loss), key=lambda each: loss[each.name])
    return ranked[:2]


def price(arena: Arena, candidates: Sequence[Candidate]) -> float:
    """What it would cost if every candidate climbed every rung; the race spends at most that."""
    sizes = rungs(arena.material.rows, arena.most_rungs)
    return sum(side_by_side(arena, candidates, rows) for rows in sizes)


def _floors(field: Sequence[Candidate]) -> set[str]:
    return {each.name for each in field if is_floor(each)}


def _arrive_late(
    arena: Arena, field: Sequence[Candidate], rows: int, keep: float
) -> Iterator[Attempt]:
    """One trial of those who can be trained on all rows and once more for delivery."""
    for candidate in field:
        price = arena.expected(candidate, rows)
        if _TRIAL_AND_REFIT * price <= arena.purse.left() - keep:
            amount = 2.0 * price + _LEAST_AMOUNT
            yield Attempt(candidate=candidate, rows=rows, draw=0, amount=amount, keep=keep)


def _share(arena: Arena, rung: int, sizes: Sequence[int], keep: float) -> float:
    """What a rung may cost of what is left above `keep`."""
    weights = [_weight(other) for other in range(rung, len(sizes))]
    return (arena.purse.left() - keep) * _weight(rung) / max(sum(weights), 1.0)


def _refits_instead(arena: Arena, field: Sequence[Candidate], keep: float, least: float) -> bool:
    """Whether the best can be trained once more on all rows but not twice: then for delivery.

    Its rivals would otherwise meet on the last rung without it, and one of them be delivered.
    """
    climbers = [each for each in field if not is_floor(each)]
    if not climbers or not arena.material.task.has_rows or arena.purse.counts_work:
        return False
    best, *rivals = climbers
    left = arena.purse.left()
    if arena.expected(best, arena.material.rows) <= left - keep:
        return False
    able = [each for each in rivals if arena.expected(each, arena.material.rows) <= left - keep]
    far_behind = all(gap >= _LEAD for gap in behind(arena, able, best).values())
    enough = _ENOUGH_FOR_A_LEADER if far_behind else ENOUGH
    return enough * arena.expected(best, arena.material.all_rows) <= left - least


def _weight(rung: int) -> float:
    """Share of the race's time that a rung may use, relative to the others."""
    return (2.0, 2.0, 3.0, 5.0)[min(rung, 3)]


def _climb(
    arena: Arena, field: Sequence[Candidate], rows: int, share: float, keep: float
) -> Iterator[Attempt]:
    """One trial of every candidate on draw 0, floors and cheap ones first.

    A rung that has cost twice its share ends early, once a candidate that is no floor has finished.
    What failed does not count: nobody is left out because others misbehave.
    """
    order = sorted(field, key=lambda each: (not is_floor(each), arena.expected(each, rows)))
    ends = arena.purse.left() - share
    for place, candidate in enumerate(order):
        left = arena.purse.left() - keep
        unspent = arena.purse.left() - ends + _lost(arena, rows)
        together = 1 if arena.is_alone(candidate, rows) else arena.slots
        fair = 2.0 * together * unspent / (len(order) - place)
        enough = min(2.0 * arena.expected(candidate, rows), left / 4)
        amount = min(left, max(_LEAST_AMOUNT, fair, enough))
        if is_floor(candidate):
            amount = max(amount, min(_MOST_FOR_A_FLOOR, arena.purse.left()))
        elif unspent < -share and losses(arena, rows).keys() - _floors(field):
            return
        if amount > 0.05 * arena.expected(candidate, rows):
            yield Attempt(candidate=candidate, rows=rows, draw=0, amount=amount, keep=keep)


def _again(arena: Arena, field: Sequence[Candidate], rows: int, keep: float) -> Iterator[Attempt]:
    """More time for a start of which nothing has finished on a rung because the clock cut it."""
    if arena.purse.counts_work:
        return
    seconds = {
        each.candidate: each.seconds
        for each in arena.book.trials
        if each.cause == "timeout" and (each.rows, each.draw) == (rows, 0)
    }
    done = {type(each.start) for each in field if each.name in losses(arena, rows)}
    for candidate in field:
        if candidate.name in seconds and type(candidate.start) not in done:
            done.add(type(candidate.start))
            amount = (arena.purse.left() - keep) / 3
            if amount >= 2.0 * seconds[candidate.name]:
                yield Attempt(candidate=candidate, rows=rows, draw=0, amount=amount, keep=keep)


def _arrive(
    arena: Arena, field: Sequence[Candidate], rows: int, keep: float, before: int
) -> Iterator[Attempt]:
    """One trial of every candidate on all rows: floors, the best of each start, then the others.

    `field` is in the order of merit. Who cannot be trained to the end here would only be compared
    in a worse state, and stays on the rung before.
    """
    first = {each.name for each in best_of_starts(field, {})}
    for candidate in sorted(field, key=lambda each: (not is_floor(each), each.name not in first)):
        price, left = arena.expected(candidate, rows), arena.purse.left() - keep
        # What is quick may draw on what is kept back: without it nobody might arrive.
        share = 1.0 if is_floor(candidate) else _SHARE_FOR_THE_QUICK
        left = max(left, min(_MOST_FOR_A_FLOOR, share * arena.purse.left()))
        if price <= left:
            # What stopped early on a smaller rung may go on for as long as was modelled.
            most = max(2.0 * price, candidate.estimate.seconds) + _LEAST_AMOUNT
            amount = min(left, most)
            yield Attempt(candidate=candidate, rows=rows, draw=0, amount=amount, keep=keep)
        else:
            note_too_dear(arena, candidate, before)


def _lost(arena: Arena, rows: int) -> float:
    """What trials that failed on a rung have cost."""
    failed = [each for each in arena.book.trials if each.status == "failed" and each.rows == rows]
    return sum(arena.purse.price(each) for each in failed)


def _repeat(
    arena: Arena, field: Sequence[Candidate], rows: int, share: float, keep: float
) -> Iterator[Attempt]:
    """Two more draws of the best candidate of each start, and of the floors, on a small rung."""
    chosen = [each for each in field if is_floor(each)]
    loss = losses(arena, rows)
    chosen += best_of_starts([each for each in field if each.name in loss], loss)
    for draw in range(1, min(3, arena.most_draws)):
        for candidate in chosen:
            price = arena.expected(candidate, rows, draw)
            if price < min(0.15 * share, arena.purse.left() - keep):
                amount = 2.0 * price + _LEAST_AMOUNT
                yield Attempt(candidate=candidate, rows=rows, draw=draw, amount=amount, keep=keep)


def final_rung(arena: Arena, finalists: Sequence[Candidate], keep: float) -> int:
    """Rows at which the finalists meet: the largest rung that the best of them can afford."""
    reached = final_rows(arena.book.trials)
    for rows in reversed(rungs(arena.material.rows, arena.most_rungs)):
        price = arena.expected(finalists[0], rows) if finalists else 0.0
        if rows <= reached or price < arena.purse.left() - keep:
            return rows
    return reached


def _finalists(arena: Arena, field: Sequence[Candidate]) -> list[Candidate]:
    """The best at the largest rung that anyone reached, at most two of a family.

    Whoever is known to do best with so few labels is among them.
    """
    loss = losses(arena, final_rows(arena.book.trials))
    ranked = [each for each in field if each.name in loss and not is_floor(each)]
    ranked.sort(key=lambda each: loss[each.name])
    favourite = max(ranked, key=lambda each: each.prior, default=None)
    if favourite is not None and favourite.prior:
        ranked = [favourite, *(each for each in ranked if each is not favourite)]
    chosen: list[Candidate] = []
    for candidate in ranked:
        if sum(other.family == candidate.family for other in chosen) < 2:
            chosen.append(candidate)
    return sorted(chosen[:FINALISTS], key=lambda each: loss[each.name])
