"""Checkpoints in the local cache of the Hugging Face hub; a download only where it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from headstart.errors import WeightsError
from headstart.processes.libraries import is_installed, need
from headstart.records.absence import Absence
from headstart.weights.entry import Place
from headstart.weights.places import is_offline

_LIBRARY = "huggingface_hub"
_PATIENCE_SECONDS = 5


def find(place: Place, files: Sequence[str]) -> Path | Absence:
    """The snapshot of the repository in the local cache, without any use of the network."""
    if not is_installed(_LIBRARY):
        return Absence(because=f"{_LIBRARY} is not installed", hint=_INSTALL)
    if not _is_known(place["repository"]):
        because = f"`{files[0]}` of {place['repository']} is not in the hub's cache"
        return Absence(because=because, hint=bring(place))
    hub = need(_LIBRARY, wanted_by="looking into the hub's cache")
    folder = None
    for name in files:
        try:
            found = hub.try_to_load_from_cache(
                place["repository"], name, revision=place.get("revision")
            )
        except ValueError as error:
            return Absence(because=f"the hub knows no such name ({error})", hint=bring(place))
        if not isinstance(found, str) or not Path(found).is_file():
            because = f"`{name}` of {place['repository']} is not in the hub's cache"
            return Absence(because=because, hint=bring(place))
        folder = Path(found).parents[name.count("/")]
    assert folder is not None, "a repository is looked for by the names of its files"
    return folder


def _is_known(repository: str) -> bool:
    """Whether the cache has a folder for a repository: asked first, the hub's reader is slow."""
    from huggingface_hub import constants

    return (Path(constants.HF_HUB_CACHE) / f"models--{repository.replace('/', '--')}").is_dir()


def bring(place: Place) -> str:
    """The hub's own command, which works on any machine that reaches the hub."""
    revision = f" --revision {place['revision']}" if "revision" in place else ""
    return f"hf download {place['repository']}{revision}"


def get(place: Place, files: Sequence[str]) -> Path:
    """Download the files into the hub's cache.

    Raises:
        WeightsError: downloads are forbidden, or the hub does not give them.
    """
    if is_offline():
        raise WeightsError(
            f"{place['repository']} is not fetched: downloads are switched off.",
            "Unset HEADSTART_OFFLINE and HF_HUB_OFFLINE, or copy the files by hand.",
        )
    hub = need(_LIBRARY, wanted_by="fetching a checkpoint")
    try:
        _knock(hub, place, files[0])
        for name in files:
            hub.hf_hub_download(place["repository"], name, revision=place.get("revision"))
    except (OSError, ValueError, hub.errors.HTTPError) as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise WeightsError(
            f"{place['repository']} could not be fetched: {said[0][:200]}",
            "See whether this machine reaches the hub, or copy the files by hand.",
        ) from None
    found = find(place, files)
    if isinstance(found, Absence):
        raise WeightsError(f"{found.because}, though it was just fetched.", f"Run {found.hint}")
    return found


def _knock(hub: Any, place: Place, name: str) -> None:
    """Ask for one file's facts, once: downloads try for half a minute before they give up."""
    address = hub.hf_hub_url(place["repository"], name, revision=place.get("revision"))
    hub.get_hf_file_metadata(address, timeout=_PATIENCE_SECONDS)


_INSTALL = "pip install 'headstart[weights]'"
