"""One estimator per family and kind of task: the family's own `fit` on all rows, without a race.

The classes are made from the table of families: the constructor's arguments are the fields of the
family's `Settings` and `random_state`, so that a new family has its estimators without a line here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import cache
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any

import numpy as np

from headstart import delivery, intake
from headstart.advice.shortlist import missing_library
from headstart.delivery import Delivered, Member
from headstart.errors import MissingExtra
from headstart.estimators.answering import Classifies, Measures, seed_of
from headstart.estimators.inputs import Examples
from headstart.estimators.names import estimator_names
from headstart.families import candidate_to_plain, family
from headstart.protocols import Family
from headstart.records import Candidate, Card, Column, Split, Table
from headstart.records.data import Modality
from headstart.records.plain import plain
from headstart.records.settings import from_plain
from headstart.session import Session
from headstart.storage.folders import fleeting
from headstart.verbs.budget import cores

_SEED = "random_state"


@cache
def estimator(name: str) -> type[Any]:
    """The class of this name, always the same one; `estimator_names` has the names.

    Example:
        >>> estimator("LightGBMRegressor")(leaves=8)
        LightGBMRegressor(leaves=8)
    """
    of_family, kind = estimator_names()[name]
    module = family(of_family)
    body = {
        "__doc__": _told(module),
        "__module__": "headstart.estimators",
        "__init__": _constructor(name, module),
        "_trained": _training(of_family),
    }
    return type(name, (Classifies if kind == "classification" else Measures,), body)


def _told(module: Family) -> str:
    """The docstring of a class: the card, and a line for each setting."""
    card = module.CARD
    lines = [f"{card.summary[0].upper()}{card.summary[1:]}.", ""]
    lines += [f"When not to use it: {card.when_not}.", ""] if card.when_not else []
    lines += ["Args:"]
    lines += [f"    {each.name}: {each.metadata['about']}." for each in fields(module.Settings)]
    return "\n".join([*lines, f"    {_SEED}: a whole number or a generator; None is 0.", ""])


def _constructor(name: str, module: Family) -> Callable[..., None]:
    """`__init__` with the settings as keyword arguments; it keeps them as they are."""
    signature = Signature(
        [
            Parameter("self", Parameter.POSITIONAL_ONLY),
            *(_keyword(each.name, each.default) for each in fields(module.Settings)),
            _keyword(_SEED, None),
        ]
    )

    def __init__(self: Any, **values: Any) -> None:  # noqa: N807
        given = signature.bind(self, **values)
        given.apply_defaults()
        for argument, value in list(given.arguments.items())[1:]:
            setattr(self, argument, value)

    __init__.__qualname__ = f"{name}.__init__"
    __init__.__signature__ = signature  # type: ignore[attr-defined]
    return __init__


def _keyword(name: str, default: Any) -> Parameter:
    assert default is not MISSING, "settings have defaults"
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default)


def _training(name: str) -> Callable[..., Delivered]:
    def _trained(self: Any, examples: Examples, answers: np.ndarray, kind: str) -> Delivered:
        return _fitted(self, name, examples, answers, kind)

    return _trained


def _fitted(
    estimator: Any, name: str, examples: Examples, answers: np.ndarray, kind: str
) -> Delivered:
    """The family's model of all rows, as a delivered model of one member.

    Raises:
        MissingExtra: the family's library is not installed.
    """
    module = family(name)
    if missing := missing_library(module.CARD):
        raise MissingExtra(f"`{type(estimator).__name__}` cannot be fitted: {missing}.")
    labelled, target = _labelled(examples, answers)
    data, task, _ = intake.set_task(labelled, [target], kind=kind, split=Split())
    candidate = Candidate(name=name, family=name, settings=_settings(estimator, module))
    with fleeting(), tempfile.TemporaryDirectory(prefix="headstart-") as folder:
        session = Session(
            seed=seed_of(estimator.random_state),
            folder=Path(folder),
            rows=len(data),
            threads=_threads(module.CARD, len(data)),
        )
        model = module.fit(candidate, task, data, session)
    member = Member(family=name, folder="member-0", candidate=plain(candidate_to_plain(candidate)))
    return Delivered(
        folder=Path(folder),
        contract=delivery.contract_of(data, task),
        members=(member,),
        models=(model,),
        adjustment=delivery.Adjustment(),
        facts={"rows": len(data)},
    )


def _threads(card: Card, rows: int) -> int:
    return 1 if card.threads == "one" or rows < card.threads_from else cores()


def _labelled(examples: Examples, answers: np.ndarray) -> tuple[Table, str]:
    """The examples as a table, and the name of the target in it."""
    arrow, target, weight = examples.table(answers)
    modality: Modality = "number" if answers.dtype.kind == "f" else "category"
    columns = [*examples.inputs.columns, Column(name=target, modality=modality)]
    if weight is not None:
        columns.append(Column(name=weight, modality="number", role="weight"))
    table = Table(columns=tuple(columns), arrow=arrow, row_ids=np.arange(len(answers)))
    return table, target


def _settings(estimator: Any, module: Family) -> Any:
    """The family's settings from the constructor's arguments, checked.

    Raises:
        AskError: one is outside of its range or choices.
    """
    given = {each.name: getattr(estimator, each.name) for each in fields(module.Settings)}
    bare = {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in given.items()
    }
    return from_plain(module.Settings, bare)
