"""The table of families: one line and one file for each; nothing is imported before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any, cast

from headstart.errors import unknown_name
from headstart.protocols import Family
from headstart.records import Candidate, Estimate
from headstart.records.plain import plain
from headstart.records.settings import from_plain, to_plain
from headstart.records.start import start_from_plain

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "majority": "headstart.families.floors.majority",
        "linear": "headstart.families.floors.linear",
        "text_linear": "headstart.families.floors.text_linear",
        "random_policy": "headstart.families.floors.random_policy",
        "augmented_random_search": "headstart.families.floors.augmented_random_search",
        "random_forest": "headstart.families.trees.random_forest",
        "xgboost": "headstart.families.trees.xgboost",
        "lightgbm": "headstart.families.trees.lightgbm",
        "catboost": "headstart.families.trees.catboost",
        "feedforward": "headstart.families.neural.feedforward",
        "tabular_transformer": "headstart.families.neural.tabular_transformer",
        "text_encoder": "headstart.families.neural.text_encoder",
        "lstm": "headstart.families.neural.lstm",
        "transformer": "headstart.families.neural.transformer",
        "cnn": "headstart.families.neural.cnn",
        "image_encoder": "headstart.families.neural.image_encoder",
    }
)


@cache
def known() -> Mapping[str, str]:
    """Every family's name and module, those of third parties (`headstart.families`) included.

    Looking for third parties reads the metadata of all installed packages: once in a process.
    """
    others = {entry.name: entry.value for entry in entry_points(group="headstart.families")}
    return MappingProxyType({**others, **FAMILIES})


def family(name: str) -> Family:
    """The module of a family; importing it imports no library.

    Raises:
        AskError: no family is called so.

    Example:
        >>> family("majority").CARD.is_floor
        True
    """
    table = known()
    if name not in table:
        raise unknown_name("family", name, list(table))
    return cast(Family, import_module(table[name]))


def candidate_to_plain(candidate: Candidate) -> dict[str, Any]:
    """A candidate as plain values, for TOML and JSON; settings that are None are left out."""
    return {**plain(candidate), "settings": to_plain(candidate.settings)}


def candidate_from_plain(values: Mapping[str, Any]) -> Candidate:
    """The candidate that `candidate_to_plain` wrote, its settings checked."""
    settings = from_plain(family(values["family"]).Settings, values["settings"])
    return Candidate(
        name=values["name"],
        family=values["family"],
        settings=settings,
        start=start_from_plain(values["start"]),
        because=values["because"],
        estimate=Estimate(**values["estimate"]),
    )


def resolved(candidate: Candidate, **settings: Any) -> Candidate:
    """The candidate with settings that were None and are now known from the data."""
    return replace(candidate, settings=replace(candidate.settings, **settings))
