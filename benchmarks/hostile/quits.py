"""A family that asks the interpreter to exit."""

import sys
from typing import NoReturn

from benchmarks.hostile import _guise
from headstart.records import Candidate, Data, Task
from headstart.session import Session

CARD = _guise.card("quits", "asks the interpreter to exit")
Settings, load = _guise.Settings, _guise.load
propose = _guise.proposing(CARD)


def fit(candidate: Candidate, task: Task, data: Data, session: Session) -> NoReturn:
    """Misbehave."""
    sys.exit("this family has had enough")
