"""The race is the learning curve: candidates meet on rungs of nested training rows.

Rungs are 1/27, 1/9, 1/3 and all of the training rows, at least 64; every trial trains anew.
Promotion is on a proper loss. The best candidate of each start and every floor climb all rungs,
because curves from scratch start slowly and cross later.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from headstart.experiment.arena import MOST_RUNGS, Arena
from headstart.experiment.attempt import Attempt
from headstart.experiment.pool import attempt_each, is_alone, side_by_side, slots
from headstart.families import family
from headstart.records import Candidate, Trial

FINALISTS = 4
_SMALLEST_RUNG = 64
_SIBLING = 0.1
_APART = 1.5  # rungs that are closer tell the same twice
_ROWS_WITH_THREE_DRAWS = 1000
_SHARE_PROMOTED = 2 / 3
# Seconds or work units: less tells nothing about a family that learns in rounds.
_LEAST_AMOUNT = 3.0
_MOST_FOR_A_FLOOR = 5.0
_LEAST_RESERVED = 0.05
_MOST_RESERVED = 0.45
_REFIT_OF_ONE = 0.25
_MOST_FOR_A_START = 0.5
_SHARE_FOR_THE_QUICK = 0.25


def rungs(rows: int, most: int = MOST_RUNGS) -> tuple[int, ...]:
    """Training rows of the rungs, smallest first; of more than `most` the largest stay.

    Example:
        >>> rungs(3200)
        (119, 356, 1067, 3200)
        >>> rungs(100)
        (64, 100)
        >>> rungs(640)
        (71, 213, 640)
        >>> rungs(3200, most=1)
        (3200,)
    """
    sizes = [max(_SMALLEST_RUNG, round(rows / part)) for part in (27, 9, 3, 1)]
    apart = [size for size, larger in pairwise(sizes) if larger >= _APART * size]
    return (*apart, rows)[-most:]


def is_floor(candidate: Candidate) -> bool:
    """Whether a candidate's family is a floor."""
    return family(candidate.family).CARD.is_floor


def run(arena: Arena, candidates: Sequence[Candidate], keep: float) -> list[Candidate]:
    """Race until an amount of `keep` is left in the purse; the finalists, best first.

    Floors are not among the finalists: they are compared in any case.
    """
    field, total = list(candidates), arena.purse.left()
    sizes = rungs(arena.material.rows, arena.most_rungs)
    for number, rows in enumerate(sizes):
        left = arena.purse.left() - keep
        if number and (arena.purse.left() if rows == sizes[-1] else left) <= 0:
            break
        share = left * _weight(number) / sum(_weight(other) for other in range(number, len(sizes)))
        if number and rows == sizes[-1]:
            attempt_each(arena, _arrive(arena, field, rows, keep))
        else:
            attempt_each(arena, _climb(arena, field, rows, share, keep))
            attempt_each(arena, _again(arena, field, rows, keep))
        if rows < _ROWS_WITH_THREE_DRAWS and arena.material.task.has_rows:
            attempt_each(arena, _repeat(arena, field, rows, share, keep))
        if arena.interrupted():
            arena.catch_up()
            break
        following = sizes[number + 1] if number + 1 < len(sizes) else None
        if following == sizes[-1]:
            # Its trials are the first draw of the finals: only the refit is still to come.
            best = sorted(field, key=lambda each: losses(arena, rows).get(each.name, math.inf))
            keep = min(keep, _REFIT_OF_ONE * total, reserve(arena, best[:1], total))
        field = _promoted(arena, field, rows, following, keep)
    return _finalists(arena, candidates)


def reserve(arena: Arena, winners: Sequence[Candidate], total: float) -> float:
    """What the refit of likely winners needs, all members of a blend included, within reason."""
    least = _LEAST_RESERVED * total
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


def losses(arena: Arena, rows: int, draw: int = 0) -> dict[str, float]:
    """Loss of each candidate that finished on a rung."""
    found = {}
    for trial in arena.book.trials:
        if trial.rows == rows and trial.draw == draw and trial.loss is not None:
            found[trial.candidate] = trial.loss
    return found


def best_of_starts(field: Sequence[Candidate], loss: dict[str, float]) -> list[Candidate]:
    """The best candidate of each start among those that are no floors."""
    best: dict[str, Candidate] = {}
    for candidate in sorted(field, key=lambda each: loss.get(each.name, float("inf"))):
        if not is_floor(candidate):
            best.setdefault(type(candidate.start).__name__, candidate)
    return list(best.values())


def _floors(field: Sequence[Candidate]) -> set[str]:
    return {each.name for each in field if is_floor(each)}


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
        together = 1 if is_alone(arena, candidate, rows) else slots(arena)
        fair = 2.0 * together * unspent / (len(order) - place)
        enough = min(2.0 * arena.expected(candidate, rows), left / 4)
        amount = min(left, max(_LEAST_AMOUNT, fair, enough))
        if is_floor(candidate):
            amount = max(amount, min(_MOST_FOR_A_FLOOR, arena.purse.left()))
        elif unspent < -share and losses(arena, rows).keys() - _floors(field):
            return
        if amount > 0.05 * arena.expected(candidate, rows):
            yield Attempt(candidate=candidate, rows=rows, draw=0, amount=amount)


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
                yield Attempt(candidate=candidate, rows=rows, draw=0, amount=amount)


def _arrive(arena: Arena, field: Sequence[Candidate], rows: int, keep: float) -> Iterator[Attempt]:
    """One trial of every candidate on all rows: floors, the best of each start, then the others.

    `field` is in the order of merit. Who cannot be trained to the end here would only be compared
    in a worse state.
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
            yield Attempt(candidate=candidate, rows=rows, draw=0, amount=amount)


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
            price = arena.expected(candidate, rows)
            if price < min(0.15 * share, arena.purse.left() - keep):
                amount = 2.0 * price + _LEAST_AMOUNT
                yield Attempt(candidate=candidate, rows=rows, draw=draw, amount=amount)


def _promoted(
    arena: Arena, field: list[Candidate], rows: int, following: int | None, keep: float
) -> list[Candidate]:
    """Who climbs on: floors, the best of each start, and as many of the best as time allows."""
    loss = losses(arena, rows)
    floors = [each for each in field if is_floor(each)]
    ranked = sorted(
        (each for each in field if not is_floor(each) and each.name in loss),
        key=lambda each: loss[each.name],
    )
    if following is None or not ranked:
        return floors + ranked
    ranked = _mixed(ranked, loss)
    most_for_a_start = _MOST_FOR_A_START * arena.purse.left()
    chosen = _affordable(arena, ranked, following, keep, most_for_a_start)
    is_last = following == arena.material.rows  # where each asks for the time it needs
    protected = [
        each
        for each in best_of_starts(ranked, loss)
        if each not in chosen and (is_last or arena.expected(each, following) < most_for_a_start)
    ]
    return floors + chosen + protected


def _affordable(
    arena: Arena, ranked: Sequence[Candidate], following: int, keep: float, most_for_one: float
) -> list[Candidate]:
    """As many of the best as time allows; the very best even beyond, up to an amount."""
    most = max(FINALISTS, round(_SHARE_PROMOTED * len(ranked)))
    chosen: list[Candidate] = []
    left = arena.purse.left() - keep
    for candidate in ranked[:most]:
        price = side_by_side(arena, [candidate], following)
        if price <= left or (candidate is ranked[0] and price <= most_for_one):
            chosen.append(candidate)
            left -= price
    return chosen or list(ranked[:1])


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


def final_rung(arena: Arena, finalists: Sequence[Candidate], keep: float) -> int:
    """Rows at which the finalists meet: the largest rung that the best of them can afford."""
    reached = final_rows(arena.book.trials)
    for rows in reversed(rungs(arena.material.rows, arena.most_rungs)):
        price = arena.expected(finalists[0], rows) if finalists else 0.0
        if rows <= reached or price < arena.purse.left() - keep:
            return rows
    return reached


def _finalists(arena: Arena, field: Sequence[Candidate]) -> list[Candidate]:
    """The best at the largest rung that anyone reached, at most two of a family."""
    loss = losses(arena, final_rows(arena.book.trials))
    chosen: list[Candidate] = []
    for candidate in sorted(field, key=lambda each: loss.get(each.name, float("inf"))):
        siblings = sum(other.family == candidate.family for other in chosen)
        if candidate.name in loss and not is_floor(candidate) and siblings < 2:
            chosen.append(candidate)
    return chosen[:FINALISTS]


def final_rows(trials: Sequence[Trial]) -> int:
    """The largest rung on which a candidate that is no floor has finished; else any rung."""
    done = [each for each in trials if each.loss is not None and each.draw is not None]
    deep = [each.rows for each in done if not family(each.family).CARD.is_floor]
    return max([rows for rows in deep if rows] or [each.rows or 0 for each in done] or [0])
