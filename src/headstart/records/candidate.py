"""What might be tried, and what was refused: each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from headstart.records.start import Scratch, Start

FEW_LABELS = 100  # and fewer: what is known from other data tells more than they do


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a fit on all training rows is expected to cost on this machine, before it is tried.

    Attributes:
        seconds: of the fit alone.
        answering: seconds to answer 1,000 rows; 0 where that is little beside the fit.
    """

    seconds: float = 1.0
    megabytes: float = 100.0
    answering: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A family, its settings and a start, with the reason why they are worth trying.

    Attributes:
        name: unique within a run, stable between runs: `lightgbm`, `lightgbm.slow`.
        settings: the family's frozen `Settings`.
        because: a sentence that names the measured fact, the rule and its source.
        prior: its place among candidates that are known to do well elsewhere with so few labels
            that the person's own cannot tell; the highest is the best, 0 is not known. Among
            those that the draws cannot tell apart it decides before the price does.
    """

    name: str
    family: str
    settings: Any
    start: Start = Scratch()
    because: str = ""
    estimate: Estimate = Estimate()
    prior: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A family's or a start's "no": information for advice and report, not an exception.

    `start` is the name of the refused start, or None when the whole family is refused.
    """

    family: str
    because: str
    start: str | None = None
