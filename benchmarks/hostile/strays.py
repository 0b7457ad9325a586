"""A family that answers with numbers that are none."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.hostile import _guise
from headstart.records import Candidate, Data, Prediction, Task
from headstart.session import Session

CARD = _guise.card("strays", "answers with numbers that are none")
Settings, load = _guise.Settings, _guise.load
propose = _guise.proposing(CARD)


def fit(candidate: Candidate, task: Task, data: Data, session: Session) -> "Stray":
    """Learn nothing."""
    return Stray(task)


@dataclass(frozen=True, slots=True)
class Stray:
    """Answers of the right shape, with nothing in them."""

    task: Task

    def predict(self, data: Data) -> Prediction:
        """NaN for every row."""
        return _guise.guess(self.task, data, float("nan"))

    def save(self, folder: Path) -> None:
        """Nothing is worth it."""
        (folder / "nothing.txt").write_text("nothing")
