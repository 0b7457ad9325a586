"""A tiny world with something to learn: the corridor of five cells."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from headstart import worlds
from headstart.processes.libraries import lean_arrow
from headstart.profiling import profile
from headstart.records import Column, Table
from headstart.testing.lesson import Lesson

_STEPS = 8_000


@cache
def corridor() -> Lesson:
    """Walk to the right end; random steps return about -12, the best walk -2.5."""
    world = worlds.parse("corridor:5")
    task = worlds.control_task()
    return Lesson(
        name="corridor",
        task=task,
        data=replace(world, seeds=worlds.training_seeds(0)),
        unseen=replace(world, seeds=worlds.validation_seeds(0)),
        profile=profile(world, task, source=world.id, world_facts=worlds.facts(world)),
        floor="random_policy",
        work=_STEPS / 1000,
        recorded=_recorded(),
    )


def lessons(kind: str) -> tuple[Lesson, ...]:
    """The lessons in which one acts."""
    return (corridor(),) if kind == "control" else ()


def _recorded() -> Table:
    """What someone saw in the corridor: one column, the cell."""
    pa = lean_arrow()
    cells = np.array([0.0, 1.0, 2.0, 3.0, 0.0, 2.0])
    return Table(
        columns=(Column(name="cell", modality="number"),),
        arrow=pa.table({"cell": cells}),
        row_ids=np.arange(len(cells), dtype=np.int64),
    )
