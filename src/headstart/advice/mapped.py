"""Whether a person's mapping of labels can be used at all: told before anything is trained."""

from __future__ import annotations

from collections.abc import Sequence

from headstart.errors import AskError, unknown_name
from headstart.features.own_labels import has_labels, why_not_mapped
from headstart.records import Candidate, Direct, LabelMapping, Refusal, Task
from headstart.records.label_mapping import HOW
from headstart.weights import Entry

_LEAVE_OUT = "Leave --label out."


def refuse_unusable(
    mapping: LabelMapping, task: Task, starts: Sequence[str], readers: Sequence[Entry]
) -> None:
    """Return where at least one checkpoint can answer by the mapping.

    Args:
        starts: names of those that may take part.
        readers: checkpoints that may take part and that read the rows.

    Raises:
        AskError: the task has no such classes, or no checkpoint such labels.
    """
    _refuse_task(mapping, task)
    if "Direct" not in starts:
        raise AskError(
            "labels are mapped for the start `Direct`, and --starts leaves it out.",
            f"{_LEAVE_OUT} Or add it: --starts direct,...",
        )
    labelled = [each for each in readers if each.labels is not None]
    if not labelled:
        raise AskError(
            "labels are mapped, and no checkpoint that takes part has labels of its own.",
            "Name one with --weights CHECKPOINT, and its family where --families names any; "
            "`headstart inspect CHECKPOINT` lists its labels.",
        )
    (classes,) = task.classes
    meant = [each for each in labelled if has_labels(each.labels, mapping)]
    reasons = [
        why_not_mapped(classes, each.name, each.labels, mapping) for each in meant or labelled
    ]
    if all(reasons):
        raise AskError(f"{reasons[0]}.", HOW)


def refuse_unanswered(
    candidates: Sequence[Candidate], refusals: Sequence[Refusal], readers: Sequence[Entry]
) -> None:
    """Return where one of the candidates answers by a mapping.

    Raises:
        AskError: none does, for a reason that is not in the labels.
    """
    if any(isinstance(each.start, Direct) and each.start.labels for each in candidates):
        return
    families = {each.family for each in readers if each.labels is not None}
    told = [
        each.because
        for each in refusals
        if each.family in families and each.start in ("Direct", None)
    ]
    because = told[0] if told else "no family that reads the rows takes part"
    raise AskError(f"labels are mapped, and nothing can answer by them: {because}.", _LEAVE_OUT)


def _refuse_task(mapping: LabelMapping, task: Task) -> None:
    if not task.classes:
        raise AskError(
            f"labels are mapped to classes, and a task of {task.kind} has none.", _LEAVE_OUT
        )
    if len(task.classes) > 1:
        raise AskError(
            f"labels are mapped to the classes of one target, and there are {len(task.classes)}.",
            f"{_LEAVE_OUT} Or name one --target.",
        )
    for name, _ in mapping:
        if name not in task.classes[0]:
            raise unknown_name("class", name, task.classes[0])
