"""What is asked: kind, targets, metric, how to split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "classification",
    "regression",
    "forecasting",
    "anomaly_detection",
    "detection",
    "transcription",
    "captioning",
    "translation",
    "generation",
    "control",
    "game",
]
KINDS: tuple[Kind, ...] = (
    "classification",
    "regression",
    "forecasting",
    "anomaly_detection",
    "detection",
    "transcription",
    "captioning",
    "translation",
    "generation",
    "control",
    "game",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """How rows are divided: at random, by group, or by time; `column` names the group or time."""

    kind: Literal["random", "grouped", "temporal"] = "random"
    column: str | None = None

    def __str__(self) -> str:
        return self.kind if self.column is None else f"{self.kind}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One question to the data.

    Attributes:
        targets: names of the target columns; several make a multi-target or multi-label task.
        classes: for classification, the ordered labels of each target, as text; else empty.
            Every model gives a probability for each of them, in this order.
        metric: name of the metric that the verdict decides on (`headstart.metrics`).
        positive: for two classes, the label that `f1`, `roc_auc`, ... speak of.
        horizon: forecasting: steps ahead.
    """

    kind: Kind
    targets: tuple[str, ...] = ()
    classes: tuple[tuple[str, ...], ...] = ()
    metric: str = ""
    split: Split = Split()
    positive: str | None = None
    horizon: int | None = None

    @property
    def is_binary(self) -> bool:
        """One target with two classes."""
        return len(self.classes) == 1 and len(self.classes[0]) == 2

    @property
    def has_rows(self) -> bool:
        """Whether the task learns from a `Table` (else from a `World`)."""
        return self.kind not in ("control", "game")

    @property
    def noun(self) -> str:
        """What is counted along a learning curve: labels, rows without one, or steps."""
        if not self.has_rows:
            return "steps"
        return "labels" if self.kind in ("classification", "regression") else "rows"
