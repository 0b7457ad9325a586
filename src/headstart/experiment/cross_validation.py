"""The score to believe where too few rows are there to lock any: from the draws themselves.

The selection is inside of the estimate: on each bootstrap sample the best is chosen anew and scored
on the rows that the sample does not hold (`evaluation.bbc`).
"""

from __future__ import annotations

from collections.abc import Iterable

from headstart.evaluation import Contender, bbc
from headstart.experiment.arena import Arena
from headstart.experiment.deciding import decided
from headstart.experiment.settled import LockedScore
from headstart.records.verdict import Standing


def cross_validated_score(arena: Arena, field: Iterable[Contender], floor: Standing) -> LockedScore:
    """What "take the best of this field" scores on unseen rows; no look at locked ones.

    Args:
        field: everyone who was compared, on the draws that judged.
        floor: the best floor as the verdict has it.
    """
    task = arena.material.task
    score, interval = bbc(
        [decided(arena.material, each) for each in field],
        task,
        seed=arena.seed,
        scale=arena.material.scale(),
    )
    return LockedScore(
        score=score,
        interval=interval,
        metrics={task.metric: score},
        floor_score=floor.score,
        floor_interval=floor.interval,
        looks=0,
    )
