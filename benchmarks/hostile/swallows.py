"""A family that takes more and more memory."""

from typing import NoReturn

from benchmarks.hostile import _guise
from headstart.records import Candidate, Data, Task
from headstart.session import Session

CARD = _guise.card("swallows", "takes more and more memory")
Settings, load = _guise.Settings, _guise.load
propose = _guise.proposing(CARD)


def fit(candidate: Candidate, task: Task, data: Data, session: Session) -> NoReturn:
    """Misbehave."""
    taken = []
    while True:
        taken.append(b"x" * (16 << 20))
