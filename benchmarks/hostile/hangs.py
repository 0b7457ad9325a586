"""A family that goes on for ever and does not hear a polite request to end."""

import signal
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from headstart.records import Candidate, Card, Data, Estimate, Profile, Refusal, Task
from headstart.session import Session

CARD = Card(
    name="hangs",
    summary="goes on for ever and does not hear a polite request to end",
    kinds=("classification", "regression"),
    modalities=("number", "category"),
    starts=("Scratch",),
    threads="one",
    when_not="ever: it is here to test the budget",
    references=("none",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """There is nothing to set."""


def propose(task: Task, profile: Profile) -> list[Candidate] | Refusal:
    """Always, and with a modest estimate."""
    return [
        Candidate(
            name=CARD.name,
            family=CARD.name,
            settings=Settings(),
            because="it says that it is quick",
            estimate=Estimate(seconds=0.5, megabytes=10),
        )
    ]


def fit(candidate: Candidate, task: Task, data: Data, session: Session) -> NoReturn:
    """Misbehave."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        pass


def load(folder: Path) -> NoReturn:
    """There is never anything to load."""
    raise FileNotFoundError(folder)
