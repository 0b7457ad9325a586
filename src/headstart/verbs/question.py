"""From what a person names to data, task and profile: the beginning of every verb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from headstart import intake, metrics, profiling, worlds
from headstart.errors import AskError, listed
from headstart.features.targets import class_indices, target_numbers
from headstart.intake.fingerprints import fingerprint
from headstart.records import Data, Profile, Split, Table, Task, World

WORLD_PREFIXES = ("gym:", "game:", "corridor:")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """A question to data, ready to be answered.

    Attributes:
        data: labelled rows with their final roles, or a world.
        source: the name for people.
        fingerprint: of the source, to recognise it.
        judges: positions of the rows that may judge; None where all may.
        test_fingerprint: of the rows to judge on, where the person gave some.
    """

    data: Data
    task: Task
    profile: Profile
    source: str
    fingerprint: str
    rejected: tuple[intake.Rejected, ...] = ()
    judges: np.ndarray | None = None
    test_fingerprint: str = ""


def is_world(source: object) -> bool:
    """Whether a source names a world.

    Example:
        >>> is_world("gym:CartPole-v1"), is_world("cart.csv")
        (True, False)
    """
    return isinstance(source, str) and source.startswith(WORLD_PREFIXES)


def ask(
    source: Any,
    *,
    target: str | Sequence[str] = (),
    task: str | None = None,
    metric: str | None = None,
    positive: str | None = None,
    split: str | None = None,
    columns: Mapping[str, str] | None = None,
    horizon: int | None = None,
    needs_target: bool = True,
    place: Path | None = None,
) -> Asked:
    """Read the source, settle the task, and profile the data.

    Args:
        target: of a folder of classes the class, unless given.
        place: the folder that archives are unpacked below; the caller keeps it as long as the data.

    Raises:
        AskError, DataError: the request or the data cannot be used; the message says why.
    """
    if is_world(source):
        return _ask_world(source, target, task, metric)
    reading = intake.read(source, columns=columns or {}, place=place)
    targets = _names(target) or reading.target
    if not targets and needs_target:
        raise _no_target(reading)
    table, asked, unlabelled = reading.data, Task(kind="anomaly_detection"), 0
    if targets:
        table, asked, unlabelled = intake.set_task(
            reading.data,
            targets,
            kind=task,
            metric=metric,
            positive=positive,
            split=_split(split),
            horizon=horizon,
            source=Path(reading.source).name,
        )
        check_truth(table, asked)
    profile = profiling.profile(
        table,
        asked,
        source=reading.source,
        unlabelled=unlabelled,
        rejected=len(reading.rejected),
        fixed=frozenset(columns or {}),
        split_given=split is not None,
        notes=reading.notes,
        pictures=reading.pictures,
    )
    return Asked(
        data=with_roles(table, profile),
        task=profile.task,
        profile=profile,
        source=reading.source,
        fingerprint=reading.fingerprint,
        rejected=reading.rejected,
    )


def with_roles(table: Table, profile: Profile) -> Table:
    """The table with the roles that profiling settled: leaks and identifiers are left out."""
    facts = {column.name: column for column in profile.columns}
    return table.with_columns(
        [
            replace(column, modality=facts[column.name].modality, role=facts[column.name].role)
            for column in table.columns
        ]
    )


def _names(target: str | Sequence[str]) -> tuple[str, ...]:
    return (target,) if isinstance(target, str) else tuple(target)


def _no_target(reading: intake.Reading) -> AskError:
    names = [column.name for column in reading.data.columns]
    hint = f"Add --target COLUMN. Columns: {listed(names, most=20)}."
    if reading.files and len(names) == 1:
        hint = (
            "Put the files into one folder for each class, or add a metadata.csv with a column "
            "`file_name` and a column to predict."
        )
    return AskError(
        f"no target was named for {reading.source}: which column is to be predicted?", hint
    )


def _split(text: str | None) -> Split | None:
    """`random`, `grouped:COLUMN` or `temporal:COLUMN`."""
    if text is None:
        return None
    kind, _, column = text.partition(":")
    if kind == "random" and not column:
        return Split()
    if kind == "grouped" and column:
        return Split(kind="grouped", column=column)
    if kind == "temporal" and column:
        return Split(kind="temporal", column=column)
    raise AskError(
        f"the split `{text}` is not known.", "Use random, grouped:COLUMN or temporal:COLUMN."
    )


def _ask_world(
    source: str, target: str | Sequence[str], task: str | None, metric: str | None
) -> Asked:
    if _names(target):
        raise AskError(f"`{source}` is a world: it has no target column.", "Leave --target out.")
    if task not in (None, "control", "game") or metric not in (None, "return"):
        raise AskError(
            f"a world is judged by its `return`; `{metric or task}` does not fit.",
            "Leave --task and --metric out.",
        )
    world: World = worlds.parse(source)
    asked = Task(kind="control", metric="return")
    profile = profiling.profile(world, asked, source=source, world_facts=worlds.facts(world))
    return Asked(data=world, task=profile.task, profile=profile, source=source, fingerprint=source)


def check_truth(table: Table, task: Task) -> None:
    """Refuse targets that the task's metric cannot judge, before anything is trained.

    Raises:
        DataError: `mape` and a target of 0, or a label that is no class of the task.
    """
    if task.kind == "classification":
        metrics.check_truth(task.metric, class_indices(table, task), task)
    elif task.kind in ("regression", "forecasting"):
        metrics.check_truth(task.metric, target_numbers(table, task), task)


def read_test(source: Any, asked: Asked, place: Path | None = None) -> tuple[Asked, Table]:
    """Rows to judge on, read as the question's own, and the question with notes on their reading.

    Args:
        place: the folder that archives are unpacked below.

    Raises:
        AskError, DataError: they cannot be read so, or not judged; the message says why.
    """
    if not isinstance(asked.data, Table):
        raise AskError(
            "a world is judged on episodes of its own; there is no --test for it.",
            "Leave --test out.",
        )
    columns = [column for column in asked.data.columns if column.role != "ignored"]
    ignored = asked.data.names("ignored")
    reading = intake.read_as(source, columns, known=ignored, place=place)
    table = intake.labelled(reading.data, asked.task)
    check_truth(table, asked.task)
    notes = [f"in {Path(reading.source).name}: {note}" for note in reading.notes]
    profile = replace(asked.profile, notes=(*asked.profile.notes, *notes))
    known = reading.fingerprint or fingerprint(reading.data)  # a frame has no bytes of a file
    return replace(asked, profile=profile, test_fingerprint=known), table


def absolute(source: Any) -> Any:
    """A path that still holds when a run is replayed from another folder."""
    if is_world(source) or not isinstance(source, str | Path):
        return source
    return str(Path(source).absolute())
