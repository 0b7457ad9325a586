"""What a family that misbehaves shows to the world: a card, settings, and a modest estimate."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np

from headstart.records import (
    Candidate,
    Card,
    Data,
    Estimate,
    Numbers,
    Prediction,
    Probabilities,
    Profile,
    Refusal,
    Task,
)

Propose = Callable[[Task, Profile], list[Candidate] | Refusal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """There is nothing to set."""


def card(name: str, summary: str) -> Card:
    """The card of a family for tables of numbers and categories."""
    return Card(
        name=name,
        summary=summary,
        kinds=("classification", "regression"),
        modalities=("number", "category"),
        starts=("Scratch",),
        threads="one",
        when_not="ever: it is here to test what a run survives",
        references=("none",),
    )


def proposing(shown: Card) -> Propose:
    """The `propose` of a family that takes every task and says that it is quick."""

    def propose(task: Task, profile: Profile) -> list[Candidate] | Refusal:
        return [
            Candidate(
                name=shown.name,
                family=shown.name,
                settings=Settings(),
                because="it says that it is quick",
                estimate=Estimate(seconds=0.5, megabytes=10),
            )
        ]

    return propose


def load(folder: Path) -> NoReturn:
    """There is never anything to load."""
    raise FileNotFoundError(folder)


def guess(task: Task, data: Data, shift: float = 0.0) -> Prediction:
    """The same answer for every row; an answer of the right kind and shape."""
    count = len(data)  # type: ignore[arg-type]
    if task.kind == "regression":
        return Numbers(values=np.full((count, len(task.targets)), shift))
    arrays = []
    for labels in task.classes:
        chances = np.full((count, len(labels)), 1.0)
        chances[:, 0] += shift
        arrays.append(chances / chances.sum(axis=1, keepdims=True))
    return Probabilities(values=tuple(arrays))
