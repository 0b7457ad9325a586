"""What a family proposes of one checkpoint, start by start, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from headstart.records import FEW_LABELS, Candidate, Estimate, Refusal, Start
from headstart.weights.entry import Entry


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
