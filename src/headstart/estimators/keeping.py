"""A fitted estimator's state, with its model as the files of a model folder.

So an estimator can be pickled, copied and sent to other processes by those who want to, whatever
library its model comes from, and a model is only ever read by its family's own `load`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headstart import delivery
from headstart.storage.folders import fleeting, inside

_MODEL = "model_"


def packed(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state with file name -> bytes in place of the model."""
    if _MODEL not in state:
        return dict(state)
    with fleeting(), tempfile.TemporaryDirectory(prefix="headstart-") as name:
        folder = Path(name)
        _write(folder, state[_MODEL])
        found = [path for path in (folder / "model").rglob("*") if path.is_file()]
        files = {path.relative_to(folder / "model").as_posix(): path.read_bytes() for path in found}
    return {**state, _MODEL: files}


def unpacked(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state with the model that `packed` put into files."""
    if _MODEL not in state:
        return dict(state)
    with tempfile.TemporaryDirectory(prefix="headstart-") as name:
        folder = Path(name)
        for file, content in state[_MODEL].items():
            path = inside(folder, file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return {**state, _MODEL: delivery.load(folder)}


def _write(folder: Path, model: delivery.Delivered) -> None:
    members = []
    for member, one in zip(model.members, model.models, strict=True):
        bare = folder / "bare" / member.folder
        bare.mkdir(parents=True)
        one.save(bare)
        members.append((member, bare))
    delivery.write(
        folder / "model", members, model.contract, adjustment=model.adjustment, facts=model.facts
    )
