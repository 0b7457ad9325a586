"""A family that prints for ever."""

from typing import NoReturn

from benchmarks.hostile import _guise
from headstart.records import Candidate, Data, Task
from headstart.session import Session

CARD = _guise.card("prattles", "prints for ever")
Settings, load = _guise.Settings, _guise.load
propose = _guise.proposing(CARD)


def fit(candidate: Candidate, task: Task, data: Data, session: Session) -> NoReturn:
    """Misbehave."""
    while True:
        print("and another thing: " * 500)
