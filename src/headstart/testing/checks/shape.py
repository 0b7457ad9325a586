"""Who has read one family can read all."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, fields, is_dataclass

from headstart.protocols import Family, Model
from headstart.records import Card
from headstart.records.settings import check
from headstart.testing.claim import expect
from headstart.testing.subject import Subject

_NAMES = ("CARD", "Settings", "propose", "fit", "load")


def check_family_has_the_five_names(subject: Subject) -> None:
    """Everything else in Headstart speaks to a family through these."""
    absent = [name for name in _NAMES if name not in vars(subject.family)]
    expect(not absent, f"the module lacks {absent}")
    expect(isinstance(subject.card, Card), "CARD is no Card")


def check_names_stand_in_the_agreed_order(subject: Subject) -> None:
    """Card, settings, propose, fit, load: a reader knows where to look."""
    source = inspect.getsource(subject.family)  # type: ignore[arg-type]
    starts = ("\nCARD", "\nclass Settings", "\ndef propose", "\ndef fit", "\ndef load")
    places = [source.find(start) for start in starts]
    own = [place for place in places if place >= 0]
    expect(own == sorted(own), f"the order in the file is {_order(own)}")


def check_parameters_have_the_protocol_names(subject: Subject) -> None:
    """Families and models are called by keyword as well as by position."""
    for name in ("propose", "fit", "load"):
        wanted = _parameters(getattr(Family, name))[1:]
        found = _parameters(getattr(subject.family, name))
        expect(found == wanted, f"`{name}` takes {found}, not {wanted}")
    model = type(subject.fitted(subject.lesson).model)
    for name in ("predict", "save"):
        wanted, found = _parameters(getattr(Model, name)), _parameters(getattr(model, name))
        expect(found == wanted, f"`{name}` of the model takes {found}, not {wanted}")


def check_settings_are_frozen_with_defaults(subject: Subject) -> None:
    """Settings travel between processes and into the record of a run; nobody may change them."""
    kind = subject.family.Settings
    expect(is_dataclass(kind), "Settings is no dataclass")
    expect(kind.__dataclass_params__.frozen, "Settings can be changed after they are made")
    bare = [each.name for each in fields(kind) if each.default is MISSING]
    expect(not bare, f"without a default: {bare}")
    check(kind())


def check_settings_explain_themselves(subject: Subject) -> None:
    """A person sets what they understand: a sentence for each, and a range or the choices."""
    for each in fields(subject.family.Settings):
        meta = each.metadata
        expect(meta.get("about"), f"`{each.name}` says nothing about itself")
        bounded = meta.get("low") is not None or meta.get("high") is not None
        free = each.type in ("bool", bool) or "tuple" in str(each.type)
        expect(
            bounded or free or meta.get("choices"), f"`{each.name}` has neither a range nor choices"
        )


def _parameters(function: object) -> list[str]:
    return list(inspect.signature(function).parameters)  # type: ignore[arg-type]


def _order(places: list[int]) -> list[int]:
    return sorted(range(len(places)), key=lambda number: places[number])
