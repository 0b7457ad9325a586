"""Models of earlier runs: the folder of a run, of its model, or of one member of that."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from headstart.errors import WeightsError
from headstart.records.absence import Absence
from headstart.weights.entry import Place

MANIFEST = "headstart.json"
"""The file that makes a folder a model folder."""
MEMBER = "member-"
"""How the folders of its members are called; an encoder beside them is no member."""


def find(place: Place, files: Sequence[str]) -> Path | Absence:
    """The model folder of a run; a member's folder stays itself."""
    path = Path(place["path"])
    for folder in (path, path / "model"):
        if (folder / MANIFEST).is_file():
            return folder
    is_member = path.is_dir() and path.name.startswith(MEMBER)
    if is_member and (path.parent / MANIFEST).is_file():
        return path
    because = f"`{path}` holds no model: neither it nor its folder `model` has a {MANIFEST}"
    return Absence(because=because, hint=bring(place))


def bring(place: Place) -> str:
    """What to name instead."""
    return "name a run folder, or the folder `model` inside of one"


def get(place: Place, files: Sequence[str]) -> Path:
    """Nothing fetches a run."""
    found = find(place, files)
    if isinstance(found, Absence):
        raise WeightsError(f"{found.because}.", f"{found.hint}.".capitalize())
    return found
