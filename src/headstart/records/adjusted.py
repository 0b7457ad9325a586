"""What `adjust --apply` tried against the delivered model, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from headstart.records.verdict import Interval

Ending = Literal[
    "adopted", "better", "not better", "left behind", "failed", "no time", "not installed"
]
ACTIONS = (
    "search",
    "regularise",
    "enlarge",
    "finish",
    "settle",
    "average",
    "blend",
    "reweigh",
    "prune",
    "distrust",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempted:
    """An action as a candidate, beside the old one on paired draws.

    Attributes:
        ending: `adopted`; `better` but another was adopted; `not better` by the rule; `left behind`
            on the first draws; `failed`; `no time`; `not installed`.
        gain: mean over the draws, in units of the metric; positive is better. None where there
            was no comparison.
        interval: holds the gain with 90 %.
        better, worth: probability that it is better at all, and by more than the region.
    """

    action: str
    candidate: str
    because: str
    ending: Ending
    draws: int = 0
    gain: float | None = None
    interval: Interval | None = None
    better: float | None = None
    worth: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The old or the new model.

    Attributes:
        score, interval: on the validation rows of the draws that both have.
        cost: CPU seconds to train and to answer 10,000 rows, or work units.
        test, test_interval: on the locked rows; None where nobody looked.
    """

    candidate: str
    score: float
    interval: Interval
    cost: float
    test: float | None = None
    test_interval: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnLocked:
    """How much better the new model is on the locked rows, row by row: one look at both.

    Attributes:
        interval: holds the gain with 90 %.
        looks: models that have been scored on these rows, the new one included.
    """

    gain: float
    interval: Interval
    looks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """The end of `adjust --apply`.

    Attributes:
        run: the folder of the earlier run, which is as it was.
        adopted: the new candidate; None where the old model stays.
        draws: paired draws that were compared.
        region: the difference that counts as none, in units of the metric.
        searched: settings that the search tried.
        test: None where nothing was adopted or no rows were locked.
    """

    run: str
    adopted: str | None
    metric: str
    direction: Literal["up", "down"]
    region: float
    draws: int
    before: Side
    after: Side | None
    tried: tuple[Attempted, ...]
    searched: int
    because: str
    test: OnLocked | None = None
