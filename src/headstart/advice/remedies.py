"""Other settings of a candidate that answer a finding: more regularisation, or more capacity.

Families name the same thing by the same word, so that a remedy is a list of words and what becomes
of their values: a setting that a family does not have is passed over, one at the end of its range
stays there. A remedy that changes nothing is none.

References: Hastie et al. 2009, "The Elements of Statistical Learning", sections 7.2 and 10.12, for
capacity against regularisation; Goodfellow et al. 2016, "Deep Learning", chapter 7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any, TypeAlias

from headstart.records import Candidate

Change: TypeAlias = Callable[[float], float]

_LESS: Mapping[str, Change] = MappingProxyType(
    {
        "leaves": lambda value: value / 2,
        "depth": lambda value: value - 2,
        "leaf_rows": lambda value: 2 * value,
        "leaf_weight": lambda value: max(4 * value, 1.0),
        "penalty": lambda value: max(5 * value, 1.0),
        "row_share": lambda value: 0.75 * value,
        "column_share": lambda value: 0.6 * value,
        "dropout": lambda value: max(2 * value, 0.1),
        "decay": lambda value: max(5 * value, 0.01),
        "smoothing": lambda value: value + 0.05,
        "learning_rate": lambda value: value / 2,
    }
)
_MORE: Mapping[str, Change] = MappingProxyType(
    {
        "leaves": lambda value: 2 * value,
        "depth": lambda value: value + 2,
        "leaf_rows": lambda value: value / 2,
        "width": lambda value: 2 * value,
        "units": lambda value: 2 * value,
        "layers": lambda value: value + 1,
        "blocks": lambda value: value + 1,
        "rounds": lambda value: 2 * value,
        "passes": lambda value: 2 * value,
        "trees": lambda value: 2 * value,
        "dropout": lambda value: value / 2,
        "penalty": lambda value: value / 5,
    }
)


def regularised(candidate: Candidate, resolved: Mapping[str, Any]) -> Candidate | None:
    """The candidate with less room to learn its rows by heart; None where nothing can be less."""
    because = "it knows its rows by heart: less capacity, more penalty, smaller steps"
    return _changed(candidate, resolved, _LESS, "regularised", because)


def enlarged(candidate: Candidate, resolved: Mapping[str, Any]) -> Candidate | None:
    """The candidate with more capacity and more passes; None where nothing can be more."""
    because = "it does not learn its rows: more capacity, more passes"
    return _changed(candidate, resolved, _MORE, "enlarged", because)


def repeated(candidate: Candidate, number: int) -> Candidate:
    """The candidate once more with another seed, which follows from its name."""
    because = "how it begins decides too much: the mean of several fits is steadier"
    return replace(candidate, name=f"{candidate.name}.again-{number}", because=because)


def _changed(
    candidate: Candidate,
    resolved: Mapping[str, Any],
    changes: Mapping[str, Change],
    name: str,
    because: str,
) -> Candidate | None:
    """
    Args:
        resolved: what a fit made of settings that are None.
    """
    found: dict[str, Any] = {}
    for each in fields(candidate.settings):
        before = getattr(candidate.settings, each.name)
        before = resolved.get(each.name) if before is None else before
        if each.name not in changes or isinstance(before, bool):
            continue
        if not isinstance(before, int | float):
            continue
        after = changes[each.name](before)
        low, high = each.metadata.get("low"), each.metadata.get("high")
        after = after if low is None else max(after, low)
        after = after if high is None else min(after, high)
        after = after if "float" in str(each.type) else round(after)
        if after != before:
            found[each.name] = after
    if not found:
        return None
    told = ", ".join(f"{key} {_short(value)}" for key, value in found.items())
    return replace(
        candidate,
        name=f"{candidate.name}.{name}",
        settings=replace(candidate.settings, **found),
        because=f"{because} ({told})",
    )


def _short(value: float) -> str:
    return f"{value:.3g}" if isinstance(value, float) else f"{value}"
