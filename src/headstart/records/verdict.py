"""What all the trials mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from headstart.records.start import Start

Interval = tuple[float, float]
Confidence = Literal["clear", "leaning", "tie"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A candidate's place: mean score over the draws, and the interval that holds 90 %."""

    candidate: str
    family: str
    start: Start
    score: float
    interval: Interval
    cost: float = 0.0
    draws: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossover:
    """Where two starts change places, in labels; None where it cannot tell or they do not cross."""

    between: tuple[str, str]
    because: str
    labels: float | None = None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Which candidate to use, and how sure that is.

    Attributes:
        confidence: `clear` at a probability of 0.90 that it is better than anything cheaper by
            more than the region of practical equivalence, `leaning` below, `tie` when the winner
            is the cheapest of those that cannot be told apart.
        tied: every candidate of the winner's tie group, the winner left out.
        floor: the best-scoring floor.
        probability_best: that the winner is better than the rest by more than the region.
        deep_worth_it: the winner is not a floor.
        region: the difference that counts as no difference, in units of the metric.
        standings: every finalist and floor, best first.
        because: the verdict in one sentence.
    """

    winner: Standing
    confidence: Confidence
    tied: tuple[str, ...]
    floor: Standing
    metric: str
    direction: Literal["up", "down"]
    deep_worth_it: bool
    probability_best: float
    region: float
    because: str
    crossovers: tuple[Crossover, ...] = ()
    standings: tuple[Standing, ...] = ()
