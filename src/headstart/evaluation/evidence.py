"""What a verdict is reached on: outcomes of trials, gathered by contender.

Shapes: n validation rows (a world: episodes), t targets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from headstart.records import Episodes, Prediction, Standing, Start
from headstart.records.verdict import Interval


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """One contender on one draw: what it answered on the rows that it did not learn from.

    Attributes:
        draw: number of the draw; all contenders have the same validation rows in it.
        score: the task's metric on those rows; NaN where it is undefined.
        truth: class indices (n, t) or numbers (n, t); None for worlds.
        blocks: number of each row's block (group, duplicate, person), (n,), the same number for
            the same block in every draw; None where rows stand alone. Episodes are their seeds.
        weights: row weights (n,), or None.
    """

    draw: int
    score: float
    truth: np.ndarray | None
    prediction: Prediction
    blocks: np.ndarray | None = None
    weights: np.ndarray | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contender:
    """A candidate at full size, on all its draws.

    Attributes:
        cost: CPU seconds to train and to predict 10,000 rows, or work units.
        prior: the candidate's; 0 is not known.
        members: of a blend, candidate -> its share of the answer; `start` is then that of the
            heaviest member that learns.
    """

    candidate: str
    family: str
    start: Start
    is_floor: bool
    cost: float
    outcomes: tuple[Outcome, ...]
    prior: int = 0
    members: Mapping[str, float] = field(default_factory=dict)

    def standing(self, score: float, interval: Interval, draws: int) -> Standing:
        """Its place in a verdict."""
        return Standing(
            candidate=self.candidate,
            family=self.family,
            start=self.start,
            score=score,
            interval=interval,
            cost=self.cost,
            draws=draws,
            members=self.members,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One trial on a learning curve: training rows, draw, and a loss (lower is better)."""

    rows: int
    draw: int
    loss: float


def numbered_blocks(outcomes: Sequence[Outcome]) -> list[np.ndarray]:
    """Blocks of each draw, numbered from 0 without gaps over all draws."""
    given = []
    for outcome in outcomes:
        if outcome.blocks is not None:
            given.append(np.asarray(outcome.blocks, dtype=np.int64))
        elif isinstance(outcome.prediction, Episodes):
            given.append(np.asarray(outcome.prediction.seeds, dtype=np.int64))
        else:  # rows of their own: negative numbers, which no block has
            taken = sum(len(block) for block in given)
            given.append(-1 - taken - np.arange(len(outcome.prediction), dtype=np.int64))
    numbers = np.unique(np.concatenate(given), return_inverse=True)[1]
    return np.split(numbers, np.cumsum([len(block) for block in given])[:-1])
