"""Answer with the most frequent class, or the mean, whatever the inputs say.

The floor under all floors: a model that does not beat it has learned nothing from the columns.

Shapes: n rows, t targets, c classes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from headstart.features.targets import class_indices, row_weights, target_numbers
from headstart.records import (
    Candidate,
    Card,
    Estimate,
    Numbers,
    Prediction,
    Probabilities,
    Profile,
    Refusal,
    Scratch,
    Table,
    Task,
)
from headstart.session import Session
from headstart.storage.folders import stored, write_file

CARD = Card(
    name="majority",
    summary="answers with the class shares, or the mean, of the training rows",
    kinds=("classification", "regression"),
    modalities=(),
    starts=("Scratch",),
    threads="one",
    is_floor=True,
    when_not="as a model: it ignores every input column",
    references=("Holte 1993, 'Very Simple Classification Rules Perform Well', section 1",),
    no_start=(
        ("Direct", "it has no pretrained parameters"),
        ("FineTune", "it has nothing to go on from: one pass over the targets is the whole fit"),
        ("Transfer", "it uses no inputs, so there is no part to take over"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """There is nothing to set."""


def propose(task: Task, profile: Profile) -> list[Candidate] | Refusal:
    if task.kind not in CARD.kinds:
        return Refusal(family=CARD.name, because=f"it has no answer for {task.kind}")
    candidate = Candidate(
        name=CARD.name,
        family=CARD.name,
        settings=Settings(),
        because="always in the race: what a model gains must be gained over this",
        estimate=Estimate(seconds=0.01 + 1e-7 * profile.rows, megabytes=1),
    )
    return [candidate]


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> Constant:
    assert isinstance(candidate.start, Scratch)
    weights = row_weights(data)
    for _ in session.rounds(1):
        if task.kind == "classification":
            indices = class_indices(data, task)
            answers = [
                np.bincount(indices[:, target], weights, minlength=len(labels)) / len(data)
                for target, labels in enumerate(task.classes)
            ]
            session.report(1.0 - float(np.mean([answer.max() for answer in answers])))
        else:
            numbers = target_numbers(data, task)
            answers = [np.average(numbers, axis=0, weights=weights)]
            session.report(float(np.sqrt(np.mean((numbers - answers[0]) ** 2))))
    return Constant(kind=task.kind, answers=tuple(answers))


def load(folder: Path) -> Constant:
    constant = json.loads(stored(folder, "constant.json").read_text())
    return Constant(
        kind=constant["kind"], answers=tuple(np.array(answer) for answer in constant["answers"])
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Constant:
    """The same answer for every row: class shares per target, or one mean per target."""

    kind: str
    answers: tuple[np.ndarray, ...]

    def predict(self, data: Table) -> Prediction:
        if self.kind == "classification":
            return Probabilities(
                values=tuple(np.tile(answer, (len(data), 1)) for answer in self.answers)
            )
        return Numbers(values=np.tile(self.answers[0], (len(data), 1)))

    def describe(self) -> dict[str, Any]:
        """How many numbers it answers with, and where they came from."""
        has_classes = self.kind == "classification"
        counted = "the share of each class" if has_classes else "the mean of each target"
        return {
            "learning_rule": f"counting: {counted} among the training rows",
            "nonlinearities": [],
            "parameters": sum(answer.size for answer in self.answers),
            "layers": [
                {
                    "name": f"target {place}" if has_classes else "means",
                    "kind": "constant",
                    "parameters": answer.size,
                    "output": (answer.size,),
                }
                for place, answer in enumerate(self.answers)
            ],
        }

    def save(self, folder: Path) -> None:
        answers = [answer.tolist() for answer in self.answers]
        write_file(folder / "constant.json", json.dumps({"kind": self.kind, "answers": answers}))
