"""Actions as candidates: what each name that a person or a diagnosis gives means for a champion."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import TypeAlias

from headstart.advice.remedies import enlarged, regularised, repeated
from headstart.experiment.arena import Arena
from headstart.experiment.challenge import Remedy
from headstart.experiment.champion import Champion
from headstart.experiment.hunting import priced_like
from headstart.records import Candidate, Direct

_REPEATS = 2
Maker: TypeAlias = Callable[[Champion], list[Candidate]]


def remedies_of(arena: Arena, champion: Champion, actions: Collection[str]) -> tuple[Remedy, ...]:
    """The remedies of these actions that there are for a champion; `search` and `blend` are made
    while others are compared."""
    found = []
    for action in actions:
        made = _MAKERS[action](champion) if action in _MAKERS else []
        if made:
            found.append(
                Remedy(
                    action=action,
                    candidates=tuple(_priced(arena, champion, each) for each in made),
                    because=made[0].because,
                    together=action == "average",
                )
            )
    return tuple(found)


def _priced(arena: Arena, champion: Champion, candidate: Candidate) -> Candidate:
    """What others tried before keeps its own price; what is new costs as much as its base."""
    if candidate in (*champion.rivals, *champion.waiting):
        return candidate
    return priced_like(arena, candidate, champion.heaviest)


def _learns(champion: Champion) -> bool:
    return not isinstance(champion.heaviest.start, Direct)


def _regularise(champion: Champion) -> list[Candidate]:
    base = champion.heaviest
    made = regularised(base, champion.settings_of(base)) if _learns(champion) else None
    return [] if made is None else [made]


def _enlarge(champion: Champion) -> list[Candidate]:
    base = champion.heaviest
    made = enlarged(base, champion.settings_of(base)) if _learns(champion) else None
    return [] if made is None else [made]


def _average(champion: Champion) -> list[Candidate]:
    if not _learns(champion):
        return []
    return [repeated(champion.heaviest, number) for number in range(1, _REPEATS + 1)]


_MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "regularise": _regularise,
        "enlarge": _enlarge,
        "average": _average,
        "finish": lambda champion: list(champion.waiting),
        "settle": lambda champion: list(champion.rivals),
    }
)
