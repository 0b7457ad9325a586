"""`profile` and `advise`: facts, traps, and what is worth trying, before anything is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from headstart import advice
from headstart.records import Candidate, Profile, Refusal
from headstart.records.label_mapping import label_mapping
from headstart.verbs.budget import budget_of
from headstart.verbs.judges import with_judges
from headstart.verbs.question import ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """What is worth trying on these data, and what is not, each with its reason."""

    profile: Profile
    candidates: tuple[Candidate, ...]
    refusals: tuple[Refusal, ...]


def profile(
    source: Any,
    *,
    target: str | Sequence[str] = (),
    task: str | None = None,
    metric: str | None = None,
    positive: str | None = None,
    split: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Profile:
    """Facts about the data, and traps.

    Args:
        source: a file, a folder or an archive of pictures or texts, a frame, or a world.
        target: the column or columns to predict; without one, only the columns are described.

    Raises:
        AskError, DataError: the request or the data cannot be used.
    """
    with TemporaryDirectory(prefix="headstart-") as place:
        return ask(
            source,
            target=target,
            task=task,
            metric=metric,
            positive=positive,
            split=split,
            columns=columns,
            needs_target=False,
            place=Path(place),
        ).profile


def advise(
    source: Any,
    *,
    target: str | Sequence[str] = (),
    task: str | None = None,
    metric: str | None = None,
    positive: str | None = None,
    split: str | None = None,
    columns: Mapping[str, str] | None = None,
    minutes: float | None = None,
    steps: float | None = None,
    families: Sequence[str] = (),
    starts: Sequence[str] = (),
    weights: Sequence[str] = (),
    labels: Mapping[str, str | Sequence[str]] | None = None,
    seed: int = 0,
) -> Advised:
    """Candidates and refusals, each with a sentence that names the measured fact.

    Nothing is trained: the estimates are modelled, and `fit` measures them. Arguments are as of
    `fit`.
    """
    with TemporaryDirectory(prefix="headstart-") as place:
        asked = ask(
            source,
            target=target,
            task=task,
            metric=metric,
            positive=positive,
            split=split,
            columns=columns,
            place=Path(place),
        )
        found = advice.advise(
            asked.task,
            asked.profile,
            budget_of(minutes, steps),
            families=families,
            starts=starts,
            weights=weights,
            labels=label_mapping(labels or {}),
        )
        asked, found = with_judges(asked, found)
    return Advised(profile=asked.profile, candidates=found.candidates, refusals=found.refusals)
