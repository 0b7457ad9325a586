"""Measure the data once: a table column by column, a world by what was measured in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from headstart.records import Data, Profile, Table, Task, WorldFacts
from headstart.records.profile import PictureFacts

_UNSEEN: Mapping[str, PictureFacts] = MappingProxyType({})


def profile(
    data: Data,
    task: Task,
    *,
    source: str = "",
    unlabelled: int = 0,
    rejected: int = 0,
    fixed: frozenset[str] = frozenset(),
    split_given: bool = False,
    notes: tuple[str, ...] = (),
    world_facts: WorldFacts | None = None,
    pictures: Mapping[str, PictureFacts] = _UNSEEN,
) -> Profile:
    """Everything that is known about the data before anything is trained.

    Columns that leak, name the row or never change get the role `ignored`, unless they are in
    `fixed`; the profile's task has the split that the data need, unless `split_given`.

    Args:
        source: what the person named: a file, a frame, a world.
        unlabelled: rows dropped because a target is missing.
        rejected: rows that could not be read.
        fixed: columns whose role or modality the person has stated.
        split_given: the person chose the split.
        notes: on how the source was read.
        world_facts: what was measured in a world (`headstart.worlds.facts`).
        pictures: what the pictures of image columns are like, seen when they were read.
    """
    if not isinstance(data, Table):
        return Profile(source=source, rows=0, columns=(), task=task, world=world_facts)
    from headstart.profiling.tables import profile_table  # Arrow is loaded for tables only

    found = profile_table(data, task, fixed=fixed, split_given=split_given)
    columns = tuple(replace(each, pictures=pictures.get(each.name)) for each in found.columns)
    return replace(
        found,
        source=source,
        columns=columns,
        unlabelled=unlabelled,
        rejected=rejected,
        notes=notes,
    )
