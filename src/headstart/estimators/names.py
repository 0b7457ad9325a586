"""What the estimators of the families are called; knowing it imports none of their libraries.

A family has them if it proposes to learn from scratch from a table of numbers. Floors that look at
no column have none, and neither have families of pretrained networks.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from headstart.families import family, known
from headstart.protocols import Family
from headstart.records import Candidate, Card, ColumnFacts, Profile, Scratch, Task
from headstart.records.task import Kind

_ENDINGS: tuple[tuple[Kind, str], ...] = (
    ("classification", "Classifier"),
    ("regression", "Regressor"),
)


@cache
def estimator_names() -> Mapping[str, tuple[str, Kind]]:
    """Class name -> family and kind of task.

    A family of somebody else's that cannot be imported has no class; `headstart models` says why.

    Example:
        >>> estimator_names()["RandomForestRegressor"]
        ('random_forest', 'regression')
    """
    found: dict[str, tuple[str, Kind]] = {}
    for name in known():
        try:
            module = family(name)
        except ImportError:
            continue
        for kind, ending in _ENDINGS:
            if _learns_from_numbers(module, kind):
                found[f"{spelled(module.CARD)}{ending}"] = (name, kind)
    return MappingProxyType(found)


def spelled(card: Card) -> str:
    """The family's name as class names have it.

    Example:
        >>> spelled(family("lightgbm").CARD), spelled(family("random_forest").CARD)
        ('LightGBM', 'RandomForest')
    """
    return card.spelled or "".join(word.capitalize() for word in card.name.split("_"))


def _learns_from_numbers(module: Family, kind: Kind) -> bool:
    card = module.CARD
    if kind not in card.kinds or "number" not in card.modalities or "Direct" in card.starts:
        return False
    proposed = module.propose(*_plain_question(kind))
    if not isinstance(proposed, list | tuple):
        return False
    starts = [each.start for each in proposed if isinstance(each, Candidate)]
    return any(isinstance(start, Scratch) for start in starts)


def _plain_question(kind: Kind) -> tuple[Task, Profile]:
    """A question that every family for tables can answer."""
    task = Task(
        kind=kind, targets=("y",), classes=(("0", "1"),) if kind == "classification" else ()
    )
    column = ColumnFacts(name="x", modality="number", role="input", missing=0, distinct=10_000)
    return task, Profile(source="", rows=20_000, columns=(column,), task=task)
