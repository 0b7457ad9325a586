"""A lesson: tiny data in which there is something to learn, and the question to ask of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from headstart.features.targets import class_indices, target_numbers
from headstart.metrics import proper_loss
from headstart.protocols import Family
from headstart.records import (
    Actions,
    AnomalyScores,
    Candidate,
    Data,
    Episodes,
    Numbers,
    Prediction,
    Probabilities,
    Profile,
    Refusal,
    Table,
    Task,
    World,
)

ROUNDS = 60
"""Passes over the training rows that a fit is allowed in the suite."""
_MANY_ROWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """What a family is asked to learn in the suite.

    Attributes:
        data: to learn from.
        unseen: to answer for; of the same kind.
        floor: the family that answers without looking.
        work: work units allowed for a fit.
        recorded: for worlds, observations as a table; else None.
    """

    name: str
    task: Task
    data: Data
    unseen: Data
    profile: Profile
    floor: str
    work: float
    recorded: Table | None = None

    @property
    def table(self) -> Table:
        """The rows to learn from, where there are rows."""
        assert isinstance(self.data, Table)
        return self.data

    def loss(self, prediction: Prediction) -> float:
        """The proper loss of an answer for `unseen`; lower is better."""
        if isinstance(self.unseen, World):
            return proper_loss(None, prediction, self.task)
        if self.task.kind == "classification":
            return proper_loss(class_indices(self.unseen, self.task), prediction, self.task)
        scale = target_numbers(self.table, self.task).std(axis=0)
        return proper_loss(
            target_numbers(self.unseen, self.task), prediction, self.task, scale=scale
        )


def proposals(family: Family, lesson: Lesson) -> Sequence[Candidate] | Refusal:
    """What a family proposes for a lesson.

    A family may refuse so few rows. It is then asked about the same columns of a large table, and
    learns the lesson with what it proposes there: being unwise is not being broken. One that
    starts from what others have trained is asked about a tiny checkpoint that the suite makes.
    """
    answer = _proposed(family, lesson.task, lesson.profile)
    if isinstance(answer, Refusal):
        answer = _proposed(family, lesson.task, replace(lesson.profile, rows=_MANY_ROWS))
    if isinstance(answer, Refusal):
        return answer
    return [each for each in answer if isinstance(each, Candidate)]


def starts_from_checkpoints(family: Family) -> bool:
    """Whether a family has the sixth name, `propose_from`."""
    return "propose_from" in vars(family)


def _proposed(
    family: Family, task: Task, profile: Profile
) -> Sequence[Candidate | Refusal] | Refusal:
    if not starts_from_checkpoints(family):
        return family.propose(task, profile)
    from headstart.testing.checkpoints import entries

    ask: Any = vars(family)["propose_from"]
    answer = ask(task, profile, entries(family.CARD.name))
    return cast(Sequence[Candidate | Refusal] | Refusal, answer)


def rows_of(data: Data) -> int:
    """Rows of a table, or episodes of a world."""
    return len(data) if isinstance(data, Table) else len(data.seeds)


def part(data: Data, rows: list[int]) -> Data:
    """These rows of a table by position; of a world, the seeds of one contiguous stretch."""
    if isinstance(data, Table):
        return data.take(rows)
    seeds = [data.seeds[row] for row in rows]
    step = seeds[1] - seeds[0] if len(seeds) > 1 else 1
    stretch = range(seeds[0], seeds[-1] + step, step) if seeds else range(0)
    return World(id=data.id, settings=data.settings, seeds=stretch)


def arrays(prediction: Prediction) -> tuple[np.ndarray, ...]:
    """The arrays of an answer, each with one entry per row."""
    match prediction:
        case Probabilities(values=values):
            return values
        case Numbers(values=numbers, lower=lower, upper=upper):
            return tuple(each for each in (numbers, lower, upper) if each is not None)
        case Episodes(returns=returns, steps=steps, seeds=seeds):
            return returns, steps, seeds
        case Actions(values=actions):
            return (actions,)
        case AnomalyScores(values=scores):
            return (scores,)
    raise NotImplementedError(f"the suite cannot compare {type(prediction).__name__} yet")


def furthest(one: tuple[np.ndarray, ...], other: tuple[np.ndarray, ...]) -> float:
    """The greatest difference of two answers, in units of the first one's size; inf by shape."""
    if [each.shape for each in one] != [each.shape for each in other]:
        return float("inf")
    worst = 0.0
    for a, b in zip(one, other, strict=True):
        if a.size:
            size = max(1.0, float(np.abs(a).max()))
            worst = max(worst, float(np.abs(a.astype(float) - b.astype(float)).max()) / size)
    return worst
