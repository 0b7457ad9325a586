"""One small tree of exceptions, and the one way to phrase a message.

A message says what is wrong, with the value; what was expected; what to do. The last part is the
`hint`. Text is built here by named constructors, so that each sentence has one home and one test.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

__all__ = [
    "AskError",
    "DataError",
    "HeadstartError",
    "MissingExtra",
    "NothingTrained",
    "WeightsError",
    "listed",
    "missing_extra",
    "nearest",
    "unknown_name",
]


class HeadstartError(Exception):
    """Anything that Headstart refuses to go on with; `hint` says what to do about it."""

    kind = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class AskError(HeadstartError, ValueError):
    """The request is wrong: an unknown name, options that exclude each other."""

    kind = "request"


class DataError(HeadstartError, ValueError):
    """The data are wrong: unreadable, empty, one class only."""

    kind = "data"


class WeightsError(HeadstartError, ValueError):
    """A checkpoint or model folder does not fit, is damaged or is not allowed."""

    kind = "weights"


class MissingExtra(HeadstartError, ImportError):
    """A library is absent that an optional part of Headstart needs."""

    kind = "missing_extra"


class NothingTrained(HeadstartError, RuntimeError):
    """Every trial failed: there is no model to deliver."""

    kind = "nothing_trained"


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names in backticks, cut to `most` with a count of the rest.

    Example:
        >>> listed(["a", "b", "c"], most=2)
        '`a`, `b` (+1 more)'
    """
    names = list(names)
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return f"{shown} (+{len(names) - most} more)" if len(names) > most else shown


def nearest(name: str, known: Sequence[str]) -> str:
    """A question that offers the closest known name, or nothing.

    Example:
        >>> nearest("scroe", ["score", "review"])
        'Did you mean `score`? '
    """
    lowered = {other.lower(): other for other in known}
    close = get_close_matches(name.lower(), list(lowered), n=1, cutoff=0.5)
    return f"Did you mean `{lowered[close[0]]}`? " if close else ""


def unknown_name(noun: str, name: str, known: Sequence[str], where: str = "") -> AskError:
    """No family, metric, column ... is called so; the nearest one is offered."""
    place = f" in {where}" if where else ""
    others = listed(known) or "none"
    return AskError(f"there is no {noun} `{name}`{place}. {nearest(name, known)}Known: {others}.")


def missing_extra(library: str, extra: str, wanted_by: str) -> MissingExtra:
    """A library is not installed; the extra that brings it is named."""
    return MissingExtra(
        f"{wanted_by} needs {library}, which is not installed. "
        f"Install it with: pip install 'headstart[{extra}]'"
    )
