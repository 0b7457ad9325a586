"""A family that ends its process by a segmentation fault."""

import os
import signal
from typing import NoReturn

from benchmarks.hostile import _guise
from headstart.records import Candidate, Data, Task
from headstart.session import Session

CARD = _guise.card("crashes", "ends its process by a segmentation fault")
Settings, load = _guise.Settings, _guise.load
propose = _guise.proposing(CARD)


def fit(candidate: Candidate, task: Task, data: Data, session: Session) -> NoReturn:
    """Misbehave."""
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError("the signal should have ended this process")
