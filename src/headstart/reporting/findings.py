"""All that a report needs, as one frozen value.

The terminal, the page, the model card and the `--json` documents are functions of `Findings`, so
they cannot disagree. What a world, an interrupted run or a small table does not have stays empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from headstart.records import Budget, Candidate, Profile, Refusal, StartCurve, Task, Trial, Verdict
from headstart.records.adjusted import Adjusted
from headstart.records.diagnosis import Action
from headstart.records.stayed import Stayed
from headstart.records.suitability import Agreement, Suitability
from headstart.records.verdict import Interval

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCounts:
    """Rows by what became of them; in a world `train` counts environment steps, `test` episodes."""

    train: int = 0
    test: int = 0
    rejected: int = 0
    unlabelled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorResult:
    """The best floor on the same rows as the delivered model."""

    family: str
    score: float
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedResult:
    """The delivered model's score on rows that no trial has seen.

    Attributes:
        metrics: further metrics as pairs (name, value); None where one is undefined.
        rows_from: `locked` rows of the source, rows that the person `given` with --test, or
            `cross_validated` where the table is too small to lock any.
        looks: how often these rows have been used for a verdict, this time included.
    """

    score: float
    interval: Interval
    metrics: tuple[tuple[str, float | None], ...] = ()
    floor: FloorResult | None = None
    rows_from: Literal["locked", "given", "cross_validated"] = "locked"
    looks: int = 1


def locked_from_plain(plain: Mapping[str, Any]) -> LockedResult:
    """The result that `verdict.json` holds."""
    floor = plain["floor"]
    return LockedResult(
        **{
            **plain,
            "interval": tuple(plain["interval"]),
            "metrics": tuple((name, value) for name, value in plain["metrics"]),
            "floor": floor and FloorResult(**{**floor, "interval": tuple(floor["interval"])}),
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """A score on validation rows after training on `rows` rows (a world: environment steps).

    Attributes:
        is_cut: the budget ended the training.
    """

    candidate: str
    rows: int
    draw: int
    score: float
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """Predictions of similar confidence: what was promised, and how often it came true.

    Attributes:
        promised: mean predicted probability in the bin.
        happened: share of the bin's rows where the predicted event occurred.
        interval: that holds the true share with 90 %, or None.
    """

    promised: float
    happened: float
    rows: int
    interval: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredPoint:
    """What is right where only the surest rows are answered.

    Attributes:
        answered: share of the rows.
        score: share of right labels among them, or the mean absolute error of numbers.
    """

    answered: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Counts of true label (outer) by predicted label (inner), both in the order of `labels`."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnImportance:
    """How much the loss rises when a column's values are shuffled among the rows."""

    column: str
    loss_increase: float
    interval: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstRow:
    """A row on which the model is most wrong.

    Attributes:
        row: its number in the source, 1 for the first row below the header.
        loss: the row's loss; rows are ordered by it.
        columns: a few columns as pairs (name, value).
        thumbnails: of its pictures, as pairs (name of the column, JPEG in base 64).
    """

    row: int
    truth: str
    prediction: str
    loss: float
    columns: tuple[tuple[str, Value], ...] = ()
    thumbnails: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedPoint:
    """One row of a regression: what was true and what was predicted, with its 90 % interval."""

    truth: float
    prediction: float
    lower: float | None = None
    upper: float | None = None
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """What a policy earned in a world: one return per episode on reset seeds kept apart."""

    candidate: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """What one phase was expected to cost and what it cost, in the budget's unit.

    `phase` is `profile`, `race`, `draws` or `refit`, which includes the locked score.
    """

    phase: str
    estimated: float | None
    spent: float
    trials: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What the delivered model costs: to train, to ask, to keep."""

    train_seconds: float | None = None
    predict_milliseconds: float | None = None
    megabytes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a run has found so far.

    Attributes:
        run: the run's folder, as the person would type it.
        source: what the person named: a file, a frame, a world.
        command: the command line that asks the same question again.
        seconds: from the start of the process.
        trials: every trial, refused starts and earlier calls of a resumed run included.
        verdict: None as long as nothing could be compared.
        test: None as long as the locked rows were not looked at.
        suitabilities: what pretrained weights promised before the trials, and `agreements`: how
            far each of these scores ranked as was measured later.
        promises: sentences: what the model's answers come with, and `answered`: what is gained by
            answering the surest rows alone.
        doubts: sentences: why the answer might be wrong.
        next_steps: what to do next, the best first.
        stayed: who did not climb to all rows, and why.
        would_change: sentences: what would change the answer, beyond the crossovers.
        start_curves: of a run without a verdict; else the verdict has them.
        interrupted: the run was stopped before its budget was spent.
        changed: of a run that adjusted another one: what was tried, and what came of it.
        versions: pairs (library, version).
    """

    run: str
    source: str
    task: Task
    command: str
    budget: Budget
    seed: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    profile: Profile | None = None
    candidates: tuple[Candidate, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    trials: tuple[Trial, ...] = ()
    verdict: Verdict | None = None
    test: LockedResult | None = None
    rows: RowCounts = RowCounts()
    price: Price = Price()
    curves: tuple[CurvePoint, ...] = ()
    start_curves: tuple[StartCurve, ...] = ()
    reliability: tuple[ReliabilityBin, ...] = ()
    answered: tuple[AnsweredPoint, ...] = ()
    promises: tuple[str, ...] = ()
    confusion: tuple[Confusion, ...] = ()
    importance: tuple[ColumnImportance, ...] = ()
    worst: tuple[WorstRow, ...] = ()
    fitted: tuple[FittedPoint, ...] = ()
    returns: tuple[Returns, ...] = ()
    ledger: tuple[LedgerLine, ...] = ()
    suitabilities: tuple[Suitability, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    doubts: tuple[str, ...] = ()
    would_change: tuple[str, ...] = ()
    next_steps: tuple[Action, ...] = ()
    stayed: tuple[Stayed, ...] = ()
    changed: Adjusted | None = None
    versions: tuple[tuple[str, str], ...] = ()
