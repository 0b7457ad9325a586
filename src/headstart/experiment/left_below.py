"""Who stays on a rung and why: records of the journal, from which doubts and the page speak.

A candidate that no comparison ruled out, only its price, may be better: more time would tell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from headstart.experiment.arena import Arena
from headstart.experiment.book import JOURNAL
from headstart.experiment.standings import is_floor, losses
from headstart.records import Candidate
from headstart.records.stayed import Stayed
from headstart.storage import journal

STAYED = "stayed"


def note_left_below(
    arena: Arena, staying: Sequence[Candidate], dear: Collection[Candidate], rows: int
) -> None:
    """Everyone who was scored on a rung and does not climb on, with the reason.

    Args:
        dear: those that only their price keeps there.
    """
    loss = losses(arena, rows)
    best = min(loss, key=lambda name: loss[name], default="")
    for each in staying:
        if each in dear:
            note_too_dear(arena, each, rows)
        elif each.name in loss and not is_floor(each):
            told = f"loss {loss[each.name]:.4g} where `{best}` had {loss[best]:.4g}"
            _note(arena, each, rows, "loss", told)


def note_too_dear(arena: Arena, candidate: Candidate, rows: int) -> None:
    """Its price keeps a candidate from the next rung.

    Args:
        rows: of the last rung that it was on.
    """
    price, left = arena.expected(candidate, arena.material.rows), arena.purse.left()
    unit = "work units" if arena.purse.counts_work else "s"
    told = f"about {price:,.0f} {unit} to train on all rows, with {left:,.0f} {unit} left for all"
    _note(arena, candidate, rows, "price", told)


def stayed_in(entries: Iterable[Mapping[str, Any]]) -> tuple[Stayed, ...]:
    """What journal records say of who stayed where, the latest of each candidate."""
    found = {
        each["candidate"]: Stayed(**{name: each[name] for name in Stayed.__slots__})
        for each in entries
        if each["type"] == STAYED
    }
    return tuple(found.values())


def read_stayed(run: Path) -> tuple[Stayed, ...]:
    """The same of a run that another process may be writing."""
    return stayed_in(journal.read(run / JOURNAL))


def _note(
    arena: Arena, candidate: Candidate, rows: int, kept_by: Literal["loss", "price"], because: str
) -> None:
    entry = {"type": STAYED, "candidate": candidate.name, "rows": rows, "kept_by": kept_by}
    entry |= {"because": because}
    if entry not in arena.book.entries(STAYED):  # a call after a kill comes here again
        arena.book.note(entry)
