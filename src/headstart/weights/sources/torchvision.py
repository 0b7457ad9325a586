"""Checkpoints that torchvision knows by the names of its weights, in torch's own folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from headstart.errors import WeightsError
from headstart.processes.libraries import need
from headstart.records.absence import Absence
from headstart.weights.entry import Place
from headstart.weights.places import is_offline, torch_hub_folder


def find(place: Place, files: Sequence[str]) -> Path | Absence:
    """The folder with the file; torchvision itself is not imported."""
    folder = torch_hub_folder()
    if (folder / place["file"]).is_file():
        return folder
    because = f"`{place['file']}` is not in {folder}"
    return Absence(because=because, hint=bring(place))


def bring(place: Place) -> str:
    """A line of Python that fetches it on a machine with torchvision."""
    family, _, name = place["weights"].partition(".")
    return f"python -c 'from torchvision.models import {family} as w; w.{name}.get_state_dict()'"


def get(place: Place, files: Sequence[str]) -> Path:
    """Download the file from where torchvision says it is, into torch's own folder.

    Raises:
        WeightsError: downloads are forbidden, or the file does not come whole.
    """
    if is_offline():
        raise WeightsError(
            f"`{place['file']}` is not fetched: downloads are switched off.",
            "Unset HEADSTART_OFFLINE and HF_HUB_OFFLINE, or copy the file by hand.",
        )
    need("torchvision", wanted_by="fetching a checkpoint")
    from torchvision.models import get_weight

    download(get_weight(place["weights"]).url, torch_hub_folder() / place["file"])
    return torch_hub_folder()


def download(address: str, path: Path) -> None:
    """Fetch one file; the eight hexadecimal digits in its name begin its SHA-256.

    Raises:
        WeightsError: it does not come, or comes damaged; nothing is left behind then.
    """
    hub: Any = need("torch", wanted_by="fetching a checkpoint").hub
    path.parent.mkdir(parents=True, exist_ok=True)
    digits = path.stem.rpartition("-")[2]
    try:
        hub.download_url_to_file(address, str(path), hash_prefix=digits, progress=False)
    except (OSError, RuntimeError) as error:
        raise WeightsError(
            f"`{path.name}` could not be fetched: {error}",
            "See whether this machine reaches the place it comes from, or copy it by hand.",
        ) from None
