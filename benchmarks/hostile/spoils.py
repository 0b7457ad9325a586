"""A family that raises when it is asked to save."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.hostile import _guise
from headstart.records import Candidate, Data, Prediction, Task
from headstart.session import Session

CARD = _guise.card("spoils", "raises when it is asked to save")
Settings, load = _guise.Settings, _guise.load
propose = _guise.proposing(CARD)


def fit(candidate: Candidate, task: Task, data: Data, session: Session) -> "Spoilt":
    """Learn nothing."""
    return Spoilt(task)


@dataclass(frozen=True, slots=True)
class Spoilt:
    """Answers well, and cannot be kept."""

    task: Task

    def predict(self, data: Data) -> Prediction:
        """The same for every row."""
        return _guise.guess(self.task, data)

    def save(self, folder: Path) -> None:
        """Misbehave."""
        raise OSError("this family writes nothing down")
