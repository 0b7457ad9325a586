"""A family that ends its process by a segmentation fault."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from headstart.records import Candidate, Card, Data, Estimate, Profile, Refusal, Task
from headstart.session import Session

CARD = Card(
    name="crashes",
    summary="ends its process by a segmentation fault",
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
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError("the signal should have ended this process")


def load(folder: Path) -> NoReturn:
    """There is never anything to load."""
    raise FileNotFoundError(folder)
