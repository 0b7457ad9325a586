"""Earlier runs and model folders as checkpoints: whose they are, and whether they fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from headstart.delivery.folders import MANIFEST, read_manifest
from headstart.errors import WeightsError
from headstart.families import candidate_from_plain
from headstart.records import Candidate, Task
from headstart.storage.folders import inside


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """One member of an earlier model.

    Attributes:
        checkpoint: the folder that the family's `save` wrote.
        candidate: how it was trained.
        task: kind and classes of the task that it was trained for.
    """

    checkpoint: str
    candidate: Candidate
    kind: str
    classes: tuple[tuple[str, ...], ...]

    def misfit(self, task: Task) -> str:
        """Why it cannot be gone on from for a task; empty where it can be tried."""
        if self.kind != task.kind:
            return f"`{self.checkpoint}` was trained for {self.kind}; this is {task.kind}"
        if len(self.classes) != len(task.classes):
            return f"`{self.checkpoint}` has {len(self.classes)} targets, not {len(task.classes)}"
        return ""


def read_earlier(weights: Sequence[str]) -> list[Earlier]:
    """The members of the models in these folders: runs, or model folders.

    Raises:
        WeightsError: a folder holds no model.
    """
    return [member for name in weights for member in _members(Path(name))]


def _members(folder: Path) -> list[Earlier]:
    model = folder if (folder / MANIFEST).is_file() else folder / "model"
    if not (model / MANIFEST).is_file():
        raise WeightsError(
            f"`{folder}` holds no model: neither it nor its folder `model` has a {MANIFEST}.",
            "Name a run folder, or the folder `model` inside of one.",
        )
    manifest = read_manifest(model)
    task = manifest["contract"]["task"]
    return [
        Earlier(
            checkpoint=str(inside(model, member["folder"])),
            candidate=candidate_from_plain(member["candidate"]),
            kind=task["kind"],
            classes=tuple(tuple(labels) for labels in task["classes"]),
        )
        for member in manifest["members"]
    ]
