"""The checkpoints that a person named: earlier models and whose they are, and pretrained ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from headstart import weights as checkpoints
from headstart.delivery.folders import MANIFEST, read_manifest
from headstart.errors import WeightsError
from headstart.families import candidate_from_plain
from headstart.records import Candidate, Refusal, Task
from headstart.storage.folders import inside
from headstart.weights import Found


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
    """The members of the earlier models among these names: runs, model folders, single members.

    Raises:
        AskError: nothing is called so.
        WeightsError: a checkpoint is not on this machine, or holds no model.
    """
    found = [checkpoints.need(name) for name in weights]
    return [member for each in found if each.is_run for member in _members(each.path)]


def read_sources(weights: Sequence[str], earlier: Sequence[Earlier]) -> list[Found]:
    """What these names stand for; of an earlier model, each of its members.

    Raises:
        WeightsError: a checkpoint is not on this machine, or damaged.
    """
    found = [checkpoints.need(name) for name in weights]
    members = [checkpoints.need(each.checkpoint) for each in earlier]
    return [each for each in found if not each.is_run] + members


def refused_checkpoints(
    weights: Sequence[str], candidates: Sequence[Candidate], refusals: Sequence[Refusal] = ()
) -> list[Refusal]:
    """One refusal for each pretrained checkpoint that was named and that no candidate starts from.

    Args:
        refusals: what families said so far; of a bare file it is all that there is to say.

    Raises:
        WeightsError: a checkpoint is not on this machine, or says nothing about its network, and
            its tensors fit into none.
    """
    used = {name for candidate in candidates for name in candidate.start.checkpoints}
    refused = []
    for name in weights:
        found = checkpoints.need(name)
        if found.is_run or name in used:
            continue
        if found.entry is None:
            raise _useless(name, refusals)
        because = f"no candidate for these columns starts from `{name}`, a {found.entry.network}"
        family = found.entry.family or found.entry.architecture
        refused.append(Refusal(family=family, because=because))
    return refused


def _useless(name: str, refusals: Sequence[Refusal]) -> WeightsError:
    told = [each for each in refusals if each.start == "Transfer" and f"`{name}`" in each.because]
    tried = f" No network begins from its tensors: {told[0].because}." if told else ""
    return WeightsError(
        f"nothing says which network `{name}` is: it is a file of parameters alone.{tried}",
        "Name the folder that save_pretrained wrote, or a name from `headstart models`.",
    )


def _members(path: Path) -> list[Earlier]:
    """The members of a model folder, or the one member whose folder this is."""
    model = path if (path / MANIFEST).is_file() else path.parent
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
        if path in (model, model / member["folder"])
    ]
