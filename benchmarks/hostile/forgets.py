"""A family that loads another model than it has saved."""

import json
from dataclasses import dataclass
from pathlib import Path

from benchmarks.hostile import _guise
from headstart.records import Candidate, Data, Prediction, Task
from headstart.session import Session

CARD = _guise.card("forgets", "loads another model than it has saved")
Settings = _guise.Settings
propose = _guise.proposing(CARD)


def fit(candidate: Candidate, task: Task, data: Data, session: Session) -> "Forgetful":
    """Learn what is not written down."""
    return Forgetful(task, learned=1.0)


def load(folder: Path) -> "Forgetful":
    """A model that has learned nothing."""
    known = json.loads((folder / "task.json").read_text())
    classes = tuple(tuple(labels) for labels in known["classes"])
    task = Task(kind=known["kind"], targets=tuple(known["targets"]), classes=classes)
    return Forgetful(task, learned=0.0)


@dataclass(frozen=True, slots=True)
class Forgetful:
    """Answers by something that its folder does not hold."""

    task: Task
    learned: float

    def predict(self, data: Data) -> Prediction:
        """The same for every row."""
        return _guise.guess(self.task, data, self.learned)

    def save(self, folder: Path) -> None:
        """Write down the task, and nothing else."""
        known = {name: getattr(self.task, name) for name in ("kind", "targets", "classes")}
        (folder / "task.json").write_text(json.dumps(known))
