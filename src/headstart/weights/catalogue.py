"""The catalogue: one TOML file for each checkpoint, read when it is asked for.

A new checkpoint is a new file in `entries/`, called like its name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from headstart.errors import unknown_name
from headstart.weights.entry import Entry, File, ImageInputs, Labels, TextInputs

_ENTRIES = Path(__file__).parent / "entries"
_LABELS = Path(__file__).parent / "labels"


def names() -> tuple[str, ...]:
    """Every checkpoint's name, sorted.

    Example:
        >>> "minilm_l6.all_v2" in names()
        True
    """
    return tuple(sorted(path.name.removesuffix(".toml") for path in _ENTRIES.glob("*.toml")))


def entries() -> Iterator[Entry]:
    """Every checkpoint of the catalogue."""
    return map(entry, names())


@cache
def entry(name: str) -> Entry:
    """What the catalogue says of a checkpoint.

    Raises:
        AskError: there is none of this name.

    Example:
        >>> entry("minilm_l6.all_v2").parameters
        22713216
    """
    if name not in names():
        raise unknown_name("checkpoint", name, names())
    return from_toml(tomllib.loads((_ENTRIES / f"{name}.toml").read_text(encoding="utf-8")))


def from_toml(values: Mapping[str, Any]) -> Entry:
    """The entry that a TOML document describes."""
    rest = {key: value for key, value in values.items() if key not in _PARTS}
    return Entry(
        **{**rest, "kinds": tuple(values["kinds"])},
        files=tuple(File(**file) for file in values["files"]),
        inputs=_inputs(values["modality"], values["inputs"]),
        labels=_labels(values["labels"]) if "labels" in values else None,
        sources=tuple(MappingProxyType(place) for place in values["sources"]),
    )


@cache
def label_list(origin: str) -> tuple[str, ...]:
    """A list of names that comes with Headstart, in the order of a network's outputs."""
    return tuple((_LABELS / f"{origin}.txt").read_text(encoding="utf-8").splitlines())


_PARTS = ("kinds", "files", "inputs", "labels", "sources")


def _inputs(modality: str, values: Mapping[str, Any]) -> TextInputs | ImageInputs:
    if modality == "text":
        return TextInputs(**values)
    return ImageInputs(**{**values, "mean": tuple(values["mean"]), "std": tuple(values["std"])})


def _labels(values: Mapping[str, Any]) -> Labels:
    named = values.get("names", ())
    if values["origin"] != "config":
        named = label_list(values["origin"])
    return Labels(number=values["number"], names=tuple(named), origin=values["origin"])
