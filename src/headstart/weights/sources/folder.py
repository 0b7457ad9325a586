"""Checkpoints in a folder of files, or in one file of parameters, wherever a person keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from headstart.errors import WeightsError
from headstart.records.absence import Absence
from headstart.weights.entry import Place


def find(place: Place, files: Sequence[str]) -> Path | Absence:
    """The folder, if every one of the files is in it; with no files, the path itself."""
    path = Path(place["path"])
    missing = [name for name in files if not (path / name).is_file()]
    if missing:
        return Absence(because=f"`{missing[0]}` is not in {path}", hint=bring(place))
    if not path.exists():
        return Absence(because=f"there is no {path}", hint=bring(place))
    return path


def bring(place: Place) -> str:
    """What a person does by hand."""
    return f"copy the files into {place['path']}"


def get(place: Place, files: Sequence[str]) -> Path:
    """Nothing fetches what a person keeps."""
    found = find(place, files)
    if isinstance(found, Absence):
        raise WeightsError(f"{found.because}.", f"{found.hint}.".capitalize())
    return found
