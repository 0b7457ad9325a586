"""What a run came to: plain records that verbs and reporting read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from headstart.delivery import Adjustment
from headstart.evaluation import Outcome
from headstart.experiment.ledger import Phase
from headstart.records import Trial, Verdict
from headstart.records.verdict import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedScore:
    """A model's scores on rows that no trial has seen.

    Attributes:
        interval: holds the score on unseen rows, together with those of the looks before, with
            90 %.
        metrics: every metric that fits the task, by name.
        looks: how many models have been scored on these rows, this one included; 0 where no rows
            were locked and the score is that of the draws.
    """

    score: float
    interval: Interval
    metrics: Mapping[str, float]
    floor_score: float | None = None
    floor_interval: Interval | None = None
    looks: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Settled:
    """The end of a run.

    Attributes:
        weights: candidate -> weight of the delivered members; one entry unless it is a blend.
        folder: of the delivered model.
        refitted: whether it learned from every open row; else it is the model of a trial.
        pooled: the winner's validation answers, one per open row that was ever validated, with
            `rows`, their positions among the open rows.
        phases: what each phase was expected to cost and cost, in seconds or work units.
    """

    verdict: Verdict
    trials: tuple[Trial, ...]
    weights: Mapping[str, float]
    folder: Path
    refitted: bool
    interrupted: bool
    adjustment: Adjustment
    test: LockedScore | None
    pooled: Outcome | None = None
    rows: tuple[int, ...] = ()
    importance: tuple[Mapping[str, object], ...] = ()
    phases: tuple[Phase, ...] = ()
