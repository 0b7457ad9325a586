"""Settings of a family: frozen dataclasses whose fields carry a range and a sentence.

A field is written with `setting`; `check` holds every family's settings to one template of
messages, `from_plain` reads them back from TOML or JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, field, fields, replace
from typing import Any, TypeVar

from headstart.errors import AskError, unknown_name

S = TypeVar("S")


def setting(
    default: Any,
    about: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[Any, ...] = (),
) -> Any:
    """A field with its default, its range (ends included) or choices, and one sentence.

    A default of None means that the family resolves it from the data in `fit` and records it.
    """
    metadata = {"about": about, "low": low, "high": high, "choices": choices}
    return field(default=default, metadata=metadata)


def check(settings: Any) -> None:
    """Refuse a value outside of its range or choices.

    Raises:
        AskError: names the field, the value and what was expected.
    """
    for each in fields(settings):
        value = getattr(settings, each.name)
        if value is not None and not _allowed(value, each):
            raise AskError(
                f"the setting `{each.name}` is {value!r}; it must be {_expected(each)}.",
                str(each.metadata.get("about", "")),
            )


def to_plain(settings: Any) -> dict[str, Any]:
    """The settings as plain values; what is None is left out (TOML has no null)."""
    return {name: value for name, value in asdict(settings).items() if value is not None}


def from_plain(kind: type[S], values: Mapping[str, Any]) -> S:
    """Settings of a kind from plain values; an unknown name is refused with the nearest one."""
    known = [each.name for each in fields(kind)]  # type: ignore[arg-type]
    for name in values:
        if name not in known:
            raise unknown_name("setting", name, known)
    lists_to_tuples = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    made = kind(**lists_to_tuples)
    check(made)
    return made


def filled(settings: S, **resolved: Any) -> S:
    """The settings with these values in place of what is None."""
    unset = {name: value for name, value in resolved.items() if getattr(settings, name) is None}
    return replace(settings, **unset)  # type: ignore[type-var]


def _allowed(value: Any, each: Field[Any]) -> bool:
    low, high, choices = (each.metadata.get(key) for key in ("low", "high", "choices"))
    if choices:
        return value in choices
    if low is None and high is None:
        return each.default is MISSING or each.default is None or type(value) is type(each.default)
    number = int | float if "float" in str(each.type) else int
    if isinstance(value, bool) or not isinstance(value, number):
        return False
    return (low is None or value >= low) and (high is None or value <= high)


def _expected(each: Field[Any]) -> str:
    if each.metadata.get("choices"):
        return "one of " + ", ".join(repr(choice) for choice in each.metadata["choices"])
    low, high = each.metadata.get("low"), each.metadata.get("high")
    if low is None and high is None:
        return "true or false" if isinstance(each.default, bool) else "of another type"
    noun = "a number" if "float" in str(each.type) else "a whole number"
    if low is None or high is None:
        return f"{noun}, at most {high}" if low is None else f"{noun}, at least {low}"
    return f"{noun} between {low} and {high}"
