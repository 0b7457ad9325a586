"""What was seen of a checkpoint, kept, so that its network need not be built a second time.

Which layers there are and what each makes of an input follows from the configuration and from the
names, shapes and dtypes of the tensors alone; but to see it torch and the network's own library are
imported, which takes seconds. So it is kept under a digest of all that it follows from: for some
checkpoints of the catalogue in the folder `seen/`, which comes with Headstart (a test builds these
networks and compares); for whatever else is looked at in Headstart's own folder, and there for the
versions of the libraries that built it. No value of a tensor is part of it, and no name of a file.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.records.inspection import Layer
from headstart.records.plain import plain
from headstart.storage.folders import write_file
from headstart.weights import formats
from headstart.weights.architectures import ARCHITECTURES
from headstart.weights.entry import ImageInputs
from headstart.weights.inspection.seen import Seen
from headstart.weights.places import cache_folder
from headstart.weights.verifying import digest

if TYPE_CHECKING:
    from headstart.weights.configuration import Configuration
    from headstart.weights.finding import Found

SHIPPED = Path(__file__).parent / "seen"
_LIBRARIES = ("headstart", "torch", "torchvision", "timm", "transformers")
_FORM = 1
"""Of the document; it goes up when what is told of a layer changes its meaning."""


def digest_of(found: Found, configuration: Configuration | None) -> str:
    """What a checkpoint's layers follow from, as 32 digits.

    Args:
        configuration: None for a bare file of parameters.
    """
    whole = sha256(json.dumps(_asked(found, configuration), sort_keys=True).encode())
    for path in found.parameter_files:
        whole.update(_frame(path))
    return whole.hexdigest()[:32]


def look(key: str) -> Seen | None:
    """What was kept under a digest; None where nothing was, or not by these versions."""
    shipped = _read(SHIPPED / f"{key}.json")
    if shipped is not None:
        return _seen(shipped)
    own = _read(_own(key))
    return _seen(own) if own is not None and own.get("versions") == _versions() else None


def keep(key: str, seen: Seen, name: str) -> None:
    """Keep it in Headstart's own folder; where that cannot be written, it is seen again."""
    document = {"form": _FORM, "of": name, "versions": _versions(), **plain(seen)}
    path = _own(key)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, json.dumps(document, indent=0))
    except OSError:
        return


def _own(key: str) -> Path:
    return cache_folder() / "inspect" / f"{key}.json"


def _asked(found: Found, configuration: Configuration | None) -> dict[str, Any]:
    entry = found.entry
    if entry is None or configuration is None:
        return {}
    inputs = entry.inputs
    whole = ARCHITECTURES[entry.architecture].whole
    return {
        "network": [entry.library, entry.network, entry.renames, *([whole] if whole else [])],
        "configuration": [configuration.architecture, configuration.values, configuration.outputs],
        "size": inputs.size if isinstance(inputs, ImageInputs) else None,
    }


def _frame(path: Path) -> bytes:
    """The bytes of a file that say which tensors it holds: its header, or torch's own list."""
    if formats.FORMATS[path.suffix.lower()] == "safetensors":
        with open(path, "rb") as file:
            return file.read(int.from_bytes(file.read(8), "little"))
    if not zipfile.is_zipfile(path):
        return digest(path).encode()  # of torch before 2020, and of CTranslate2
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        inner = [(each.filename.partition("/")[2], each.file_size) for each in members]
        (listed,) = [
            each for each, (name, _) in zip(members, inner, strict=True) if name == "data.pkl"
        ]
        return archive.read(listed) + json.dumps(inner).encode()


def _versions() -> dict[str, str]:
    found = {}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def _read(path: Path) -> dict[str, Any] | None:
    """The document; None where there is none, or somebody damaged it."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_ours = isinstance(document, dict) and document.get("form") == _FORM
    return document if is_ours else None


def _seen(document: Mapping[str, Any]) -> Seen | None:
    """The record; None where the document was damaged."""
    try:
        layers = tuple(
            Layer(
                name=str(each["name"]),
                kind=str(each["kind"]),
                parameters=int(each["parameters"]),
                output=None if each["output"] is None else tuple(each["output"]),
            )
            for each in document["layers"]
        )
        return Seen(
            layers=layers,
            depth=document["depth"],
            nonlinearities=tuple(document["nonlinearities"]),
            parameters=int(document["parameters"]),
            dtypes=dict(document["dtypes"]),
            ties=dict(document["ties"]),
            beside=(int(document["beside"][0]), int(document["beside"][1])),
            network=str(document["network"]),
            library=str(document["library"]),
            outputs=document["outputs"],
        )
    except (KeyError, TypeError, ValueError, IndexError):
        return None
