"""A family that reports a loss that is not a number."""

from typing import NoReturn

from benchmarks.hostile import _guise
from headstart.records import Candidate, Data, Task
from headstart.session import Session

CARD = _guise.card("climbs", "reports a loss that is not a number")
Settings, load = _guise.Settings, _guise.load
propose = _guise.proposing(CARD)


def fit(candidate: Candidate, task: Task, data: Data, session: Session) -> NoReturn:
    """Misbehave."""
    session.report(float("nan"))
    raise AssertionError("the report should have ended this trial")
