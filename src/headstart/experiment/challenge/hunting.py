"""The search over settings: asked of an estimator, tried as ordinary trials, told by the journal.

It looks for a lower loss on the first draws, at the largest rung on which enough settings can be
tried; the best then come to full size. What was asked is a journal record, so that a search goes on
after a kill where it was; the draws on which it chose do not judge what it found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from headstart.advice.search import defaults, suggest
from headstart.advice.spaces import Dimension, Value
from headstart.experiment.arena import Arena, seed_of
from headstart.experiment.attempt import Attempt
from headstart.experiment.pool import attempt_each, side_by_side
from headstart.experiment.rungs import rungs
from headstart.records import Candidate
from headstart.records.settings import check

ASKED = "asked"
_ENOUGH, _MOST = 12, 60
_PATIENCE = 2.5
_LEAST_AMOUNT = 3.0
_CLIMB = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hunt:
    """A search under way.

    Attributes:
        base: the candidate whose settings are searched, with the tuned defaults.
        rows: training rows of its trials.
        draws: on which they are compared.
    """

    base: Candidate
    space: tuple[Dimension, ...]
    rows: int
    draws: tuple[int, ...]


def hunt(
    arena: Arena,
    base: Candidate,
    space: Sequence[Dimension],
    rows: int,
    draws: tuple[int, ...],
    until: float,
) -> tuple[list[Candidate], int]:
    """The best settings found, trained with `rows` rows, and how many were tried.

    Args:
        until: the amount in the purse at which the search ends.
    """
    size = _size(arena, base, rows, len(draws), arena.purse.left() - until)
    mine = Hunt(base=base, space=tuple(space), rows=size, draws=draws)
    climb = _CLIMB * len(draws) * side_by_side(arena, [base], rows) if size < rows else 0.0
    attempt_each(arena, _questions(arena, mine, until + climb))
    known = _told(arena, mine)
    if not known or known[0][0].name != base.name:
        return [], 0  # not even the defaults had time
    usual = known[0][2]
    better = [
        (loss, candidate)
        for candidate, _, loss in known[1:]
        if loss is not None and (usual is None or loss < usual)
    ]
    best = [candidate for _, candidate in sorted(better, key=lambda each: each[0])][:_CLIMB]
    attempt_each(arena, _climbs(arena, best, rows, draws, until))
    return best, len(known) - 1


def priced_like(arena: Arena, made: Candidate, base: Candidate) -> Candidate:
    """A new candidate, expected to cost what the one that it was made from has cost."""
    seconds = arena.expected(base, arena.material.rows)
    return replace(made, estimate=replace(made.estimate, seconds=seconds))


def _size(arena: Arena, base: Candidate, rows: int, draws: int, amount: float) -> int:
    """The largest rung on which enough settings can be tried; else the smallest."""
    sizes = [each for each in rungs(arena.material.rows, arena.most_rungs) if each <= rows]
    for size in reversed(sizes):
        if _ENOUGH * draws * side_by_side(arena, [base], size) <= amount:
            return size
    return sizes[0] if sizes else rows


def _questions(arena: Arena, mine: Hunt, until: float) -> Iterator[Attempt]:
    """The tuned defaults, then one question after the other while the purse allows."""
    for number in range(_MOST + 1):
        price = arena.expected(mine.base, mine.rows)
        for place, draw in enumerate(mine.draws):
            if arena.purse.left() - until < (len(mine.draws) - place) * price:
                return
            if place == 0:
                candidate = _asked(arena, mine, number)
            amount = min(_PATIENCE * price + _LEAST_AMOUNT, arena.purse.left() - until)
            yield Attempt(candidate=candidate, rows=mine.rows, draw=draw, amount=amount)


def _asked(arena: Arena, mine: Hunt, number: int) -> Candidate:
    """The candidate of a question; what was asked before a kill is not asked again."""
    if number == 0:
        return mine.base
    name = _name(mine.base, number)
    written = {entry["candidate"]: entry["settings"] for entry in arena.book.entries(ASKED)}
    if name not in written:
        told = [(values, loss) for _, values, loss in _told(arena, mine)]
        values = suggest(mine.space, told, seed_of(arena.seed, name, mine.rows, None))
        arena.book.note({"type": ASKED, "candidate": name, "rows": mine.rows, "settings": values})
        written[name] = values
    return _with(arena, mine, name, written[name])


def _told(arena: Arena, mine: Hunt) -> list[tuple[Candidate, Mapping[str, Value], float | None]]:
    """What the journal knows: candidates, their settings and losses; the defaults first."""
    told: list[tuple[Candidate, Mapping[str, Value], float | None]] = []
    written = {entry["candidate"]: entry["settings"] for entry in arena.book.entries(ASKED)}
    for number in range(_MOST + 1):
        name = mine.base.name if number == 0 else _name(mine.base, number)
        values = defaults(mine.space) if number == 0 else written.get(name)
        trials = [arena.book.find(name, mine.rows, draw) for draw in mine.draws]
        if values is None or any(trial is None for trial in trials):
            continue
        losses = [trial.loss for trial in trials if trial is not None and trial.loss is not None]
        loss = sum(losses) / len(losses) if len(losses) == len(trials) else None
        candidate = mine.base if number == 0 else _with(arena, mine, name, values)
        told.append((candidate, values, loss))
    return told


def _with(arena: Arena, mine: Hunt, name: str, values: Mapping[str, Any]) -> Candidate:
    settings = replace(mine.base.settings, **values)
    check(settings)
    shown = ", ".join(
        f"{key} {value:.3g}" if isinstance(value, float) else f"{key} {value}"
        for key, value in values.items()
    )
    because = f"the search over settings: {shown}"
    made = replace(mine.base, name=name, settings=settings, because=because)
    return priced_like(arena, made, mine.base)


def _climbs(
    arena: Arena, best: Sequence[Candidate], rows: int, draws: tuple[int, ...], until: float
) -> Iterator[Attempt]:
    for candidate in best:
        for draw in draws:
            price = arena.expected(candidate, rows)
            if price <= arena.purse.left() - until:
                amount = min(_PATIENCE * price + _LEAST_AMOUNT, arena.purse.left() - until)
                yield Attempt(candidate=candidate, rows=rows, draw=draw, amount=amount)


def _name(base: Candidate, number: int) -> str:
    return f"{base.name}.search-{number:02d}"
