"""What a run tells of itself, for whoever asks what limits it (`diagnosis`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from headstart.records import Task, Verdict
from headstart.records.diagnosis import Paid, Suspect


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptoms:
    """What a run tells of itself.

    Attributes:
        rows: labelled rows that the delivered model learned from.
        shares: of each class, for one target of classes; else empty.
        training_score: of the delivered model on rows that it learned from; None if unknown.
        test_score: on locked rows; None where none were locked.
        temperature: that the probabilities needed; None where none was fitted.
        draws: the winner's scores on its draws.
        by_rows: standard deviation of one draw's score if its validation rows were others.
        short: candidates that the clock kept from all rows.
        seconds: the budget; None for a budget in steps.
        leaks: what the profile holds against columns.
        suspects: rows whose labels are doubtful, of `asked` that unseen models answered.
        tunes: the family whose settings can be searched; empty for none.
        blends: whether a mean of several models may be delivered.
        recognised: of each class, rows that the model had not seen and the share given its label.
        tail: share of the squared error that the hundredth of these rows with the largest has.
        paid: how the actions that can be applied ended before, by name.
    """

    task: Task
    verdict: Verdict
    rows: int
    shares: dict[str, float]
    training_score: float | None = None
    test_score: float | None = None
    temperature: float | None = None
    draws: tuple[float, ...] = ()
    by_rows: float | None = None
    short: tuple[str, ...] = ()
    seconds: float | None = None
    leaks: tuple[str, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    asked: int = 0
    tunes: str = ""
    blends: bool = False
    recognised: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    tail: float | None = None
    paid: Mapping[str, Paid] = field(default_factory=dict)
