"""The document in a network's folder: whose it is, its settings, its heads and what feeds it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headstart.errors import WeightsError, listed
from headstart.records import Receipt
from headstart.records.plain import plain
from headstart.records.receipt import receipt_from_plain
from headstart.storage.folders import write_file

_FILE = "network.json"
_RECEIPT = "receipt.json"


def write_receipt(folder: Path, receipt: Receipt) -> None:
    """Keep what became of the tensors that a model began from, where it began from any."""
    if receipt.moves:
        write_file(folder / _RECEIPT, json.dumps(plain(receipt), allow_nan=False))


def read_receipt(folder: Path) -> Receipt:
    """What was kept; an empty receipt where nothing was."""
    path = folder / _RECEIPT
    return receipt_from_plain(json.loads(path.read_text())) if path.is_file() else Receipt()


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


def read_learned(folder: Path, family: str) -> dict[str, Any]:
    """What stands in the folder of a model that can learn more.

    Raises:
        WeightsError: it is the folder of something else, or of a checkpoint used as it is.
    """
    stored = read_document(folder, family)
    if stored.get("direct"):
        raise WeightsError(
            f"`{folder}` is a checkpoint as it is: it learned nothing to go on from.",
            "Start from the checkpoint itself: FineTune or Transfer.",
        )
    return stored
