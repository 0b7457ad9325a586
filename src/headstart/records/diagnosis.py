"""What limits a result, and what would help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from headstart.records.verdict import Interval

FindingKind = Literal[
    "too_few_labels",
    "short_of_time",
    "over_fit",
    "under_fit",
    "label_noise",
    "imbalance",
    "wrong_metric",
    "unstable",
    "uncalibrated",
    "shift",
    "leak",
    "undecided",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something measured that limits the result, or makes it doubtful."""

    kind: FindingKind
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """In how many runs an action was tried here, and in how many it won its comparison."""

    tried: int
    paid: int

    @property
    def share(self) -> float:
        """The share of runs in which it won, drawn to a third where few have tried it."""
        return (self.paid + 1) / (self.tried + 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A next step.

    Attributes:
        answers: the finding that it answers; None where it may help any result.
        do: what to do, in words, or as a command.
        gain: expected, of the score in units of the metric, positive is better; None where
            nothing that was measured tells it.
        interval: of the gain, 90 %.
        cost: in words: minutes, labels, rows to look at.
        apply: the name under which `adjust --apply` tries it; None for what only people can do.
        only: it is tried only where the person names it.
        paid: how it ended in earlier runs on this machine; None where it was never tried.
    """

    answers: FindingKind | None
    do: str
    because: str
    cost: str
    gain: float | None = None
    interval: Interval | None = None
    apply: str | None = None
    only: bool = False
    paid: Paid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A row whose label is probably wrong.

    Attributes:
        row: number of the row in the source, the first is 0.
        given: its label.
        likelier: the label that models which did not learn from it hold for right.
        chance: their probability of the given label.
    """

    row: int
    target: str
    given: str
    likelier: str
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Findings with their evidence, actions best first, and labels to look at, worst first."""

    findings: tuple[Finding, ...]
    actions: tuple[Action, ...]
    suspects: tuple[Suspect, ...] = ()
