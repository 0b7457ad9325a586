"""Actions as candidates: what each name that a person or a diagnosis gives means for a champion."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

from headstart.advice.remedies import enlarged, regularised, repeated
from headstart.experiment.arena import Arena
from headstart.experiment.challenge.champion import Champion
from headstart.experiment.challenge.hunting import priced_like
from headstart.experiment.challenge.teams import Remedy
from headstart.experiment.challenge.variation import Variation, varied
from headstart.records import Candidate, Direct, Table

_REPEATS = 2
_SECONDS_TO_WEIGH = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """What a diagnosis holds against the rows.

    Attributes:
        suspects: numbers in the source of rows whose labels are doubtful.
        leaks: names of columns that know too much.
    """

    suspects: tuple[int, ...] = ()
    leaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Case:
    arena: Arena
    champion: Champion
    doubts: Doubts

    @property
    def base(self) -> Candidate:
        """The candidate that remedies are made from."""
        return self.champion.heaviest


Maker: TypeAlias = Callable[[_Case], Remedy | None]


def remedies_of(
    arena: Arena, champion: Champion, actions: Collection[str], doubts: Doubts
) -> tuple[Remedy, ...]:
    """The remedies of these actions that there are for a champion; `search` and `blend` are made
    while others are compared."""
    case = _Case(arena=arena, champion=champion, doubts=doubts)
    made = (_MAKERS[action](case) for action in actions if action in _MAKERS)
    return tuple(each for each in made if each is not None)


def _of(case: _Case, action: str, *made: Candidate | None, together: bool = False) -> Remedy | None:
    """A remedy whose candidates cost as much as the one that they were made from."""
    if isinstance(case.base.start, Direct) or not made or None in made:
        return None
    priced = [priced_like(case.arena, each, case.base) for each in made if each is not None]
    because = priced[0].because
    return Remedy(action=action, candidates=tuple(priced), because=because, together=together)


def _regularise(case: _Case) -> Remedy | None:
    return _of(case, "regularise", regularised(case.base, case.champion.settings_of(case.base)))


def _enlarge(case: _Case) -> Remedy | None:
    return _of(case, "enlarge", enlarged(case.base, case.champion.settings_of(case.base)))


def _average(case: _Case) -> Remedy | None:
    again = (repeated(case.base, number) for number in range(1, _REPEATS + 1))
    return _of(case, "average", *again, together=True)


def _finish(case: _Case) -> Remedy | None:
    return _known("finish", case.champion.waiting, "the clock kept it from all rows before")


def _settle(case: _Case) -> Remedy | None:
    return _known("settle", case.champion.rivals, "it could not be told from the old model before")


def _known(action: str, candidates: tuple[Candidate, ...], because: str) -> Remedy | None:
    """What was tried before keeps its own price."""
    if not candidates:
        return None
    told = tuple(replace(each, because=because) for each in candidates)
    return Remedy(action=action, candidates=told, because=because)


def _distrust(case: _Case) -> Remedy | None:
    rows = case.doubts.suspects
    because = f"{len(rows):,} rows with doubtful labels are not learned from; they judge as ever"
    variation = Variation(name="distrust", left_out=rows)
    return _varied(case, "distrust", because, variation) if rows else None


def _reweigh(case: _Case) -> Remedy | None:
    data, task = case.arena.material.data, case.arena.material.task
    if len(task.classes) != 1 or not isinstance(data, Table) or data.names("weight"):
        return None
    because = "rows of rare classes weigh more, so that every class weighs the same"
    return _varied(case, "reweigh", because, Variation(name="reweigh", is_even=True))


def _prune(case: _Case) -> Remedy | None:
    """Without columns that know too much, and without those that help nothing when they are there.

    What helps is measured on the rows of the first draw, which judge nothing.
    """
    data = case.arena.material.data
    assert isinstance(data, Table)
    useless = [*case.doubts.leaks, *_useless(case)]
    gone = tuple(name for name in data.names("input") if name in useless)
    if not gone or len(gone) == len(data.names("input")):
        return None
    named = ", ".join(f"`{name}`" for name in gone[:5]) + (", ..." if len(gone) > 5 else "")
    because = f"without {len(gone)} columns that know too much or help nothing: {named}"
    return _varied(case, "prune", because, Variation(name="prune", without=gone))


def _useless(case: _Case) -> list[str]:
    """Columns that may be shuffled without harm to the champion's heaviest member."""
    arena, rows = case.arena, case.champion.rows
    trial = arena.book.find(case.base.name, rows, 0)
    if trial is None or trial.loss is None:
        return []
    job = {
        "op": "importance",
        "cache": str(arena.vectors),
        "model": str(arena.model_folder(trial)),
        "data": arena.material.checking(0),
        "seed": arena.seed,
        "seconds": None if arena.purse.counts_work else _SECONDS_TO_WEIGH,
    }
    limit = {} if arena.purse.counts_work else {"no_later_than": 2 * _SECONDS_TO_WEIGH}
    result = arena.ask({**job, **limit})
    found = result.get("importance", ()) if result else ()
    return [each["column"] for each in found if each["increase"] <= 0]


def _varied(case: _Case, action: str, because: str, variation: Variation) -> Remedy | None:
    """The champion's heaviest member on rows that differ."""
    made = replace(case.base, name=f"{case.base.name}.{action}", because=because)
    remedy = _of(case, action, made)
    return None if remedy is None else replace(remedy, arena=varied(case.arena, variation))


_MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "regularise": _regularise,
        "enlarge": _enlarge,
        "average": _average,
        "finish": _finish,
        "settle": _settle,
        "distrust": _distrust,
        "reweigh": _reweigh,
        "prune": _prune,
    }
)
