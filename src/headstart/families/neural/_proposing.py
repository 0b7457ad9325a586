"""What a family proposes of one checkpoint, start by start, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from headstart.features.own_labels import has_labels
from headstart.records import (
    FEW_LABELS,
    Candidate,
    Card,
    Estimate,
    LabelMapping,
    Refusal,
    Start,
    Task,
)
from headstart.weights.entry import Entry

MOST_CHECKPOINTS = 2

Answers = list[Candidate | Refusal]


class Proposals:
    """The answers of a family about one checkpoint, in the order in which they are given.

    Args:
        rows: of the person's table.
        price: (passes over the rows, share of the network that learns) -> what that costs.
        priors: kind of candidate -> its prior where labels are few.

    Attributes:
        answers: candidates and refusals so far.
    """

    def __init__(
        self,
        family: str,
        entry: Entry,
        settings: Any,
        *,
        rows: int,
        price: Callable[[float, float], Estimate],
        priors: Mapping[str, int],
    ) -> None:
        self.answers: list[Candidate | Refusal] = []
        self._family, self._entry, self._settings = family, entry, settings
        self._price, self._priors = price, priors if rows <= FEW_LABELS else {}

    def add(self, kind: str, start: Start, because: str, passes: float, share: float = 1.0) -> None:
        """Propose a start; `kind` ends the candidate's name."""
        self.answers.append(
            Candidate(
                name=f"{self._family}.{stem(self._entry)}.{kind}",
                family=self._family,
                settings=self._settings,
                start=start,
                because=because,
                estimate=self._price(passes, share),
                prior=self._priors.get(kind, 0),
            )
        )

    def refuse(self, start: str, because: str) -> None:
        """Refuse a start, by the name of its kind."""
        self.answers.append(Refusal(family=self._family, start=start, because=because))


def at_hand(card: Card) -> list[Entry]:
    """The catalogue's checkpoints for a family that are on this machine."""
    from headstart import weights

    return weights.at_hand(card.name)


def why_none(
    card: Card, task: Task, inputs: Sequence[Any], checkpoints: Sequence[Entry], noun: str
) -> str:
    """Why a family has nothing to propose at all; empty where it has.

    Args:
        inputs: the columns that it reads.
        noun: what stands in one of them: `text`, `picture`.
    """
    if task.kind not in card.kinds:
        return f"it has no answer for {task.kind}"
    if not inputs:
        return f"no input column is {noun if noun == 'text' else f'a {noun}'}"
    if not checkpoints:
        how = "`headstart models` says what brings one"
        return f"no checkpoint for {noun}s is on this machine; {how}"
    return ""


def of_the_best(
    checkpoints: Sequence[Entry],
    rank: Callable[[Entry], Any],
    candidates: Callable[[Entry, bool], Answers],
    labels: LabelMapping = (),
) -> Answers:
    """What is proposed of the first checkpoints, and the starts that none of them has.

    Args:
        candidates: (checkpoint, whether it is the first) -> all its starts.
        labels: the first checkpoint that has these labels is one of them in any case.
    """
    chosen = _chosen(sorted(checkpoints, key=rank), labels)
    answers = [each for place, entry in enumerate(chosen) for each in candidates(entry, place == 0)]
    made = [each for each in answers if isinstance(each, Candidate)]
    starts = {type(each.start).__name__ for each in made}
    refused = {each.start: each for each in answers if isinstance(each, Refusal)}
    return [*made, *(each for each in refused.values() if each.start not in starts)]


def _chosen(ranked: Sequence[Entry], labels: LabelMapping) -> list[Entry]:
    first = list(ranked[:MOST_CHECKPOINTS])
    meant = [each for each in ranked if labels and has_labels(each.labels, labels)]
    return first if not meant or meant[0] in first else [*first, meant[0]]


def stem(entry: Entry) -> str:
    """What a checkpoint is called within a candidate's name.

    Example:
        >>> from headstart import weights
        >>> stem(weights.entry("minilm_l6.all_v2"))
        'minilm_l6'
    """
    if re.fullmatch(r"[\w-]+\.[\w.-]+", entry.name):
        return entry.name.partition(".")[0]
    return re.sub(r"\W+", "_", Path(entry.name).name) or "checkpoint"
