"""One candidate tried once, on one draw, at one size: what it cost and what it scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from headstart.records.start import Start

Status = Literal["finished", "stopped", "failed", "refused"]
Cause = Literal["error", "timeout", "memory", "diverged", "crashed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A record; nothing of the live trial is shared with it.

    Attributes:
        id: the trial's name everywhere: its folder, the journal, the report.
        rows: training rows (a world: environment steps); None for a refusal.
        draw: number of the draw; None for the refit of the winner and for refusals.
        score: the task's metric on the validation rows, as it is; None where undefined.
        loss: lower is better: a proper loss on which candidates are promoted.
        seconds, cpu_seconds: of `fit`, on the clock and summed over cores.
        vector_seconds: what of `seconds` is for vectors of frozen encoders: computed in the fit, or
            its share of those that were there.
        predict_seconds: per 10,000 rows (a world: per 10,000 steps).
        work: work units spent.
        because: why it was tried, refused, or how it failed.
        settings: resolved settings as pairs, for replay and report.
    """

    id: str
    candidate: str
    family: str
    start: Start | None
    status: Status
    rows: int | None = None
    draw: int | None = None
    cause: Cause | None = None
    score: float | None = None
    loss: float | None = None
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    vector_seconds: float = 0.0
    predict_seconds: float = 0.0
    peak_mb: float = 0.0
    work: float = 0.0
    because: str = ""
    settings: tuple[tuple[str, str | int | float | bool], ...] = ()
