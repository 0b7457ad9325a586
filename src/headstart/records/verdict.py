"""What all the trials mean."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from headstart.records.controls import Controls, controls_from_plain
from headstart.records.start import Start, start_from_plain

Interval = tuple[float, float]
Confidence = Literal["clear", "leaning", "tie"]
Choice = Literal["score", "price", "prior"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A candidate's place: mean score over the draws, and what it would score elsewhere.

    Attributes:
        interval: holds, with 95 %, the score of a model trained so on as many unseen rows as a draw
            checks, which is about as many as are locked.
        members: of a blend, candidate -> its share of the answer; `start` is then that of the
            heaviest member that learns.
        first: probability that nobody else is better, from joint draws of all that were compared;
            None where they share no draw.
    """

    candidate: str
    family: str
    start: Start
    score: float
    interval: Interval
    cost: float = 0.0
    draws: int = 0
    members: Mapping[str, float] = field(default_factory=dict)
    first: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossover:
    """Where two starts change places, in labels; None where it cannot tell or they do not cross.

    Attributes:
        interval: holds the place with 80 %.
        below, above: which of the two is better below it and above it; the same one where it stays
            ahead; None where it cannot tell.
    """

    between: tuple[str, str]
    because: str
    labels: float | None = None
    interval: Interval | None = None
    below: str | None = None
    above: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPoint:
    """A start's best candidate after learning from `rows` rows (a world: environment steps).

    Attributes:
        score: mean over the draws that did not choose the candidate; on a single draw its score,
            which is a little better than it should be where there were several to choose from.
        interval: holds the start's score on unseen rows with 90 %; None where nothing tells.
        draws: how many draws the score is the mean of.
        spread: what the interval comes from: the `draws`, or the sampling of the validation `rows`.
        is_cut: the clock ended a training early, so more rows are not all that differs.
    """

    rows: int
    score: float
    interval: Interval | None
    draws: int
    candidate: str
    spread: Literal["draws", "rows"] | None = None
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCurve:
    """Score against the number of labels for one start, or for the best floor.

    Attributes:
        start: `Direct`, `FineTune`, `Transfer` or `Scratch`; None for the floor.
        floor: the floor's family; None for a start.
        learns: whether it learns from labels; else its score is the same for any number of them.
    """

    start: str | None
    points: tuple[StartPoint, ...]
    floor: str | None = None
    learns: bool = True

    @property
    def name(self) -> str:
        """The start, or the floor's family."""
        return self.start or self.floor or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreLabels:
    """What so many labels more are expected to bring.

    Attributes:
        gain: of the score, in units of the metric; positive is better.
        interval: of the gain, 90 %.
    """

    labels: int
    gain: float
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Which candidate to use, and how sure that is.

    Attributes:
        confidence: `clear` at a probability of 0.90 that it is better than anything cheaper by
            more than the region of practical equivalence, `leaning` below, `tie` when the winner
            is one of several that cannot be told apart.
        chosen_by: what made the winner of several that cannot be told apart: that it is the
            cheapest (`price`), that it does best elsewhere with so few labels (`prior`), or that it
            scores best (`score`), which also stands where there is no tie.
        tied: every candidate of the winner's tie group, the winner left out.
        floor: the best-scoring floor.
        probability_best: that the winner is better than the rest by more than the region.
        deep_worth_it: the winner is not a floor.
        region: the difference that counts as no difference, in units of the metric.
        standings: every finalist and floor, best first.
        because: the verdict in words; it ends with `by_labels`, then with what `controls` say.
        crossovers: one for each pair of starts with a finished trial.
        floor_crossovers: one for each start, against the best floor.
        curves: score against the number of labels, one for each start, the best floor last.
        by_labels: what to start from at this number of labels, and at fewer or more; empty where
            the trials do not tell.
        more_labels: what labels beyond those at hand are worth; None where the trials do not tell.
        controls: what transferred weights were worth; None where no control arm was trained.
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
    floor_crossovers: tuple[Crossover, ...] = ()
    curves: tuple[StartCurve, ...] = ()
    by_labels: str = ""
    more_labels: MoreLabels | None = None
    controls: Controls | None = None
    chosen_by: Choice = "price"


def verdict_from_plain(plain: Mapping[str, Any]) -> Verdict:
    """The verdict that `verdict.json` holds, also one that was written before a field was there."""
    values = dict(plain)
    for name in ("winner", "floor"):
        values[name] = _standing(values[name])
    values["tied"] = tuple(values["tied"])
    values["standings"] = tuple(map(_standing, values.get("standings", ())))
    for name in ("crossovers", "floor_crossovers"):
        values[name] = tuple(map(_crossover, values.get(name, ())))
    values["curves"] = tuple(map(_curve, values.get("curves", ())))
    if values.get("more_labels"):
        more = values["more_labels"]
        values["more_labels"] = MoreLabels(**{**more, "interval": tuple(more["interval"])})
    if values.get("controls"):
        values["controls"] = controls_from_plain(values["controls"])
    return Verdict(**values)


def _standing(plain: Mapping[str, Any]) -> Standing:
    score, start = plain["score"], start_from_plain(plain["start"])
    defined = {"score": math.nan if score is None else score, "interval": _ends(plain["interval"])}
    return Standing(**{**plain, **defined, "start": start})


def _crossover(plain: Mapping[str, Any]) -> Crossover:
    interval = None if plain["interval"] is None else _ends(plain["interval"])
    first, second = plain["between"]
    return Crossover(**{**plain, "between": (first, second), "interval": interval})


def _curve(plain: Mapping[str, Any]) -> StartCurve:
    points = tuple(
        StartPoint(**{**each, "interval": each["interval"] and _ends(each["interval"])})
        for each in plain["points"]
    )
    return StartCurve(**{**plain, "points": points})


def _ends(plain: Any) -> Interval:
    low, high = (math.nan if end is None else end for end in plain)
    return low, high
