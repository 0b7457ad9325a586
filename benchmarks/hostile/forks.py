"""A family that dies and leaves a child that holds its pipes open."""

import os
import time
from typing import NoReturn

from benchmarks.hostile import _guise
from headstart.records import Candidate, Data, Task
from headstart.session import Session

CARD = _guise.card("forks", "dies and leaves a child that holds its pipes open")
Settings, load = _guise.Settings, _guise.load
propose = _guise.proposing(CARD)


def fit(candidate: Candidate, task: Task, data: Data, session: Session) -> NoReturn:
    """Misbehave."""
    if os.fork() == 0:
        time.sleep(600)
    os._exit(4)
