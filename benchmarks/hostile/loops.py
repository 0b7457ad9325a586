"""A family that never comes back from compiled code, which holds the interpreter's lock."""

import itertools
from typing import NoReturn

from benchmarks.hostile import _guise
from headstart.records import Candidate, Data, Task
from headstart.session import Session

CARD = _guise.card(
    "loops", "never comes back from compiled code, which holds the interpreter's lock"
)
Settings, load = _guise.Settings, _guise.load
propose = _guise.proposing(CARD)


def fit(candidate: Candidate, task: Task, data: Data, session: Session) -> NoReturn:
    """Misbehave."""
    raise AssertionError(any(itertools.repeat(False)))
