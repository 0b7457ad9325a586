"""Boosted trees of any library as one kind of model: answered, kept, described and gone on from.

Shapes: n rows, d matrix columns, c classes of the task, k of them that occur.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from headstart.errors import WeightsError, listed
from headstart.features.codes import Codes, learn_codes, load_codes
from headstart.features.ensembles import TreeShape, described_boosting
from headstart.features.outcomes import Outcome, outcome_from_plain
from headstart.records import (
    FineTune,
    Numbers,
    Prediction,
    Probabilities,
    Receipt,
    Start,
    Table,
    Task,
)
from headstart.session import Session
from headstart.storage.folders import write_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """How a library answers, counts, writes and reads a member.

    Attributes:
        answer: (member, matrix, codes) -> chance of each class (n, k), of the second of two (n,),
            or number (n,).
        rounds: of a member.
        shape: of a member's trees.
        grows: how they grow, in the field's words.
    """

    answer: Callable[[Any, np.ndarray, Codes], np.ndarray]
    rounds: Callable[[Any], int]
    shape: Callable[[Any], TreeShape]
    grows: str
    write: Callable[[Any, Path], None]
    read: Callable[[Path], Any]
    suffix: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Boosted:
    """Boosted trees for each target, with the codes that feed them.

    Attributes:
        labels: the task's classes of each target; () for numbers.
        members: the library's own model of each target, or None where that is constant.
        settings: as resolved in the fit.
        receipt: what became of the columns of an earlier model, where there was one.
    """

    library: Library
    codes: Codes
    targets: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    outcomes: tuple[Outcome, ...]
    members: tuple[Any, ...]
    settings: dict[str, Any]
    receipt: Receipt = Receipt()

    def predict(self, data: Table) -> Prediction:
        matrix = self.codes.matrix(data)
        values = tuple(self._values(matrix))
        if self.labels:
            return Probabilities(values=values)
        return Numbers(values=np.stack(values, axis=1))

    def save(self, folder: Path) -> None:
        self.codes.save(folder)
        document = {
            "written_by": self.library.suffix,
            "targets": self.targets,
            "labels": self.labels,
            "outcomes": [asdict(outcome) for outcome in self.outcomes],
            "settings": self.settings,
        }
        write_file(folder / "boosted.json", json.dumps(document))
        for place, member in enumerate(self.members):
            if member is not None:
                self.library.write(member, folder / f"{place}.{self.library.suffix}")

    def describe(self) -> dict[str, Any]:
        """Settings as resolved, rounds and trees of each target, an earlier model's columns."""
        library, shape = self.library, self.library.shape
        return {
            "settings": self.settings,
            "rounds": [0 if each is None else library.rounds(each) for each in self.members],
            "receipt": self.receipt,
            **described_boosting(
                library.grows,
                self.settings["learning_rate"],
                self.labels,
                self.targets,
                [TreeShape() if each is None else shape(each) for each in self.members],
            ),
        }

    def _values(self, matrix: np.ndarray) -> Iterator[np.ndarray]:
        for outcome, member in zip(self.outcomes, self.members, strict=True):
            answer = None
            if member is not None and len(matrix):
                answer = self.library.answer(member, matrix, self.codes)
            yield outcome.values(answer, len(matrix))


def begun(
    library: Library,
    start: Start,
    task: Task,
    data: Table,
    session: Session,
    *,
    learn: Callable[[Table], Codes] = learn_codes,
) -> Boosted:
    """The model to grow: an earlier one, or one without members and with codes of its own.

    Args:
        learn: how the codes are learned from the training rows.

    Raises:
        WeightsError: the earlier model was learned for other targets or other classes.
    """
    if isinstance(start, FineTune):
        return _earlier(library, start, task, data, session)
    return Boosted(
        library=library,
        codes=learn(data),
        targets=task.targets,
        labels=task.classes,
        outcomes=(),
        members=(),
        settings={},
    )


def load_boosted(folder: Path, library: Library) -> Boosted:
    """The model that `Boosted.save` wrote.

    Raises:
        WeightsError: the folder does not hold such a model.
    """
    if not (folder / "boosted.json").is_file():
        found = listed(sorted(path.name for path in folder.iterdir()))
        raise WeightsError(f"`{folder}` holds no boosted trees; it holds {found or 'nothing'}.")
    stored = json.loads((folder / "boosted.json").read_text())
    if stored.get("written_by", library.suffix) != library.suffix:
        raise WeightsError(
            f"`{folder}` holds trees in files of the kind .{stored['written_by']}; "
            f".{library.suffix} was expected.",
            "Name the family that has written them, or copy the folder again.",
        )
    files = [folder / f"{place}.{library.suffix}" for place in range(len(stored["targets"]))]
    return Boosted(
        library=library,
        codes=load_codes(folder),
        targets=tuple(stored["targets"]),
        labels=tuple(tuple(names) for names in stored["labels"]),
        outcomes=tuple(outcome_from_plain(values) for values in stored["outcomes"]),
        members=tuple(library.read(file) if file.is_file() else None for file in files),
        settings=stored["settings"],
    )


def _earlier(
    library: Library, start: FineTune, task: Task, data: Table, session: Session
) -> Boosted:
    """The model to go on from, with the receipt of its columns.

    Raises:
        WeightsError: it was learned for other targets or other classes.
    """
    name = start.checkpoints[0]
    model = load_boosted(session.checkpoints[name], library)
    if len(model.targets) != len(task.targets) or model.labels != task.classes:
        raise WeightsError(
            f"`{name}` was learned for {_asked(model.targets, model.labels)}; "
            f"this task asks for {_asked(task.targets, task.classes)}.",
            "Trees cannot be given other classes: start from scratch instead.",
        )
    return replace(model, targets=task.targets, receipt=model.codes.receipt(data))


def _asked(targets: tuple[str, ...], labels: tuple[tuple[str, ...], ...]) -> str:
    if not labels:
        return f"numbers ({listed(targets)})"
    return "; ".join(
        f"`{target}` with {listed(names)}" for target, names in zip(targets, labels, strict=True)
    )
