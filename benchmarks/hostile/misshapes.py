"""A family that answers in a shape that nobody asked for."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.hostile import _guise
from headstart.records import Candidate, Data, Numbers, Prediction, Probabilities, Task
from headstart.session import Session

CARD = _guise.card("misshapes", "answers in a shape that nobody asked for")
Settings, load = _guise.Settings, _guise.load
propose = _guise.proposing(CARD)


def fit(candidate: Candidate, task: Task, data: Data, session: Session) -> "Misshapen":
    """Learn nothing."""
    return Misshapen(task)


@dataclass(frozen=True, slots=True)
class Misshapen:
    """Answers without their columns."""

    task: Task

    def predict(self, data: Data) -> Prediction:
        """One flat array, and a row too few."""
        answer = _guise.guess(self.task, data)
        if isinstance(answer, Numbers):
            return Numbers(values=answer.values[1:, 0])
        assert isinstance(answer, Probabilities)
        return Probabilities(values=tuple(each[:, 0] for each in answer.values))

    def save(self, folder: Path) -> None:
        """Nothing is worth it."""
        (folder / "nothing.txt").write_text("nothing")
