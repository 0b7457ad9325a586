"""Where checkpoints come from: one file for each kind of place, and here the table of them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from headstart.protocols import Source

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "package": "headstart.weights.sources.package",
        "huggingface": "headstart.weights.sources.huggingface",
        "torchvision": "headstart.weights.sources.torchvision",
        "folder": "headstart.weights.sources.folder",
        "run": "headstart.weights.sources.run",
    }
)


def source(kind: str) -> Source:
    """The module of a source."""
    return cast(Source, import_module(SOURCES[kind]))
