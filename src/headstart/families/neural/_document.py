"""The document in a network's folder: whose it is, its settings, its heads and what feeds it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headstart.errors import WeightsError, listed
from headstart.storage.folders import write_file

_FILE = "network.json"


def write_document(folder: Path, document: Mapping[str, Any]) -> None:
    """Write plain values; `family` is among them."""
    write_file(folder / _FILE, json.dumps(document))


def read_document(folder: Path, family: str) -> dict[str, Any]:
    """What stands in a model's folder.

    Raises:
        WeightsError: it is the folder of something else.
    """
    path = folder / _FILE
    stored: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
    if stored.get("family") != family:
        found = listed(sorted(each.name for each in folder.iterdir())) if folder.is_dir() else ""
        what = f"a `{stored['family']}`" if stored else found or "nothing"
        raise WeightsError(f"`{folder}` holds no `{family}`; it holds {what}.")
    return stored
