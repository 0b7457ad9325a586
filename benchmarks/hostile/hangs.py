"""A family that goes on for ever and does not hear a polite request to end."""

import signal
from typing import NoReturn

from benchmarks.hostile import _guise
from headstart.records import Candidate, Data, Task
from headstart.session import Session

CARD = _guise.card("hangs", "goes on for ever and does not hear a polite request to end")
Settings, load = _guise.Settings, _guise.load
propose = _guise.proposing(CARD)


def fit(candidate: Candidate, task: Task, data: Data, session: Session) -> NoReturn:
    """Misbehave."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        pass
