"""Size, form and SHA-256 of a checkpoint's files, found out once and remembered.

A digest is remembered by path, size and time of the last change, so that a second look costs
nothing and a changed file is read again.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal, TypeAlias

from headstart.errors import WeightsError
from headstart.storage.checksums import sha256
from headstart.storage.folders import write_file
from headstart.weights import formats
from headstart.weights.entry import File
from headstart.weights.places import cache_folder

Proof: TypeAlias = Literal["by SHA-256", "by size", "by form"]
_MEMORY = "checksums.json"


def verify(path: Path, file: File) -> Proof:
    """Make sure that a file is what the catalogue says.

    Returns:
        How sure that is: the whole SHA-256, or where none is known the exact size, or where that
        is not known either, that the file has the form of what it should be.

    Raises:
        WeightsError: it is not; nothing of it was used.
    """
    try:
        size = path.stat().st_size
        with open(path, "rb"):
            pass
    except OSError as error:
        raise WeightsError(
            f"`{path}` cannot be read: {error.strerror}.", "Give this user the right to read it."
        ) from None
    if file.holds_parameters:
        formats.examine(path)
    if file.bytes is not None and size != file.bytes:
        raise _other(path, f"it has {size:,} bytes instead of {file.bytes:,}")
    if file.sha256 is None:
        return "by form" if file.bytes is None else "by size"
    if digest(path) != file.sha256:
        raise _other(path, "its SHA-256 is not the one of the catalogue")
    return "by SHA-256"


def digest(path: Path) -> str:
    """The SHA-256 of a file: from memory while its size and time of change stay as they were."""
    key, state = str(path.resolve()), _state(path)
    known = _remembered()
    if known.get(key, {}).get("state") == state:
        return str(known[key]["sha256"])
    found = sha256(path)
    _remember(key, {"state": state, "sha256": found})
    return found


def is_remembered(path: Path, file: File) -> bool:
    """Whether this very file was once read whole and had the catalogue's SHA-256."""
    known = _remembered().get(str(path.resolve()), {})
    return known == {"state": _state(path), "sha256": file.sha256}


def _state(path: Path) -> list[int]:
    facts = os.stat(path)
    return [facts.st_size, facts.st_mtime_ns]


def _remembered() -> dict[str, dict[str, object]]:
    """What is remembered; nothing where the file is absent or somebody damaged it."""
    path = cache_folder() / _MEMORY
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {key: value for key, value in known.items() if isinstance(value, dict)}


def _remember(key: str, value: dict[str, object]) -> None:
    """Keep a digest. Where the folder cannot be written, the file is read again next time."""
    path = cache_folder() / _MEMORY
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, json.dumps({**_remembered(), key: value}, indent=0))
    except OSError:
        return


def _other(path: Path, because: str) -> WeightsError:
    return WeightsError(
        f"`{path}` is not the file that the catalogue describes: {because}.",
        "Delete it and get it again; a download may have been cut off or answered by a web page.",
    )
