"""The suite: every check, and how one is run on a family."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Literal, TypeAlias

from headstart.errors import HeadstartError
from headstart.testing.checks import (
    budget,
    card,
    description,
    disk,
    imports,
    learning,
    output,
    propose,
    purity,
    rough,
    service,
    settings,
    shape,
    start,
    truth,
)
from headstart.testing.claim import Broken, Unconcerned
from headstart.testing.subject import Subject, subject

Check: TypeAlias = Callable[[Subject], None]
Outcome: TypeAlias = Literal["holds", "excused", "unconcerned"]

_GROUPS: tuple[ModuleType, ...] = (
    card,
    imports,
    shape,
    settings,
    propose,
    learning,
    truth,
    purity,
    budget,
    output,
    disk,
    description,
    rough,
    start,
    service,
)


def checks() -> tuple[Check, ...]:
    """Every check, in the order of the groups; its name is the claim.

    Example:
        >>> checks()[0].__name__
        'check_card_names_the_family'
    """
    return tuple(
        item
        for group in _GROUPS
        for name, item in vars(group).items()
        if name.startswith("check_") and item.__module__ == group.__name__
    )


def run(check: Check, family_name: str) -> Outcome:
    """Examine one claim on a family of the table; see `examine`.

    Raises:
        Broken: the claim does not hold.
        MissingExtra: the family's library is not installed.
    """
    return examine(check, subject(family_name))


def examine(check: Check, examined: Subject) -> Outcome:
    """Examine one claim; warnings are errors throughout.

    Excuses on the card are strict: one that is no longer needed is itself broken.
    """
    is_excused = check.__name__ in dict(examined.card.excused)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            check(examined)
    except Unconcerned:
        return "unconcerned"
    except (Broken, HeadstartError):
        if is_excused:
            return "excused"
        raise
    if is_excused:
        raise Broken(f"`{examined.name}` no longer needs its excuse for `{check.__name__}`")
    return "holds"
