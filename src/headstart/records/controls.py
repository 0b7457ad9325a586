"""What the weights that a model began from were worth, beside the same network without them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from headstart.records.start import Control

CausedBy = Literal["knowledge", "scale", "both", "unclear", "harm", "cannot_tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlArm:
    """The same network from other first values, on the draws that it shares with the candidate.

    Attributes:
        control: `random` first values, or `shuffled` ones.
        candidate: its name in the journal.
        gain: how much better the transferred weights are, in units of the metric; positive is
            better for any metric.
        interval: of the gain, 90 %.
        probability: that the gain is more than the region of practical equivalence.
        draws: how many both have.
    """

    control: Control
    candidate: str
    score: float
    gain: float
    interval: tuple[float, float]
    probability: float
    draws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """A candidate that began from a checkpoint, beside its control arms.

    Attributes:
        candidate: the one with the transferred weights.
        score: its mean on the draws that it shares with the arm of random weights.
        arms: random first, then shuffled; those that have a score.
        caused_by: `knowledge`: better than random weights and than shuffled ones. `scale`: better
            than random weights, and shuffled ones do as well. `both`: better than both, and
            shuffled ones better than random. `unclear`: better than random weights, and it cannot
            be told by what. `harm`: random weights are better. `cannot_tell`: neither.
        because: the same in words, with the numbers.
    """

    candidate: str
    score: float
    arms: tuple[ControlArm, ...]
    caused_by: CausedBy
    because: str


def controls_from_plain(plain: Mapping[str, Any]) -> Controls:
    """What `plain` made of a record."""
    arms = tuple(
        ControlArm(
            **{
                **each,
                **{name: _defined(each[name]) for name in ("score", "gain")},
                "interval": (_defined(each["interval"][0]), _defined(each["interval"][1])),
            }
        )
        for each in plain["arms"]
    )
    return Controls(**{**plain, "score": _defined(plain["score"]), "arms": arms})


def _defined(value: float | None) -> float:
    return math.nan if value is None else value
