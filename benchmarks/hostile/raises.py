"""A family that raises an error of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from headstart.records import Candidate, Card, Data, Estimate, Profile, Refusal, Task
from headstart.session import Session

CARD = Card(
    name="raises",
    summary="raises an error of its own",
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
    raise ArithmeticError("this family cannot count")


def load(folder: Path) -> NoReturn:
    """There is never anything to load."""
    raise FileNotFoundError(folder)
