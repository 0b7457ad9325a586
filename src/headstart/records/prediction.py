"""What a model answers: a closed union of frozen records.

Shapes: n rows, t targets, c classes of a target, q quantiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Probabilities:
    """Per target an array (n, c) of float64: rows sum to 1, columns in the task's order.

    The label of a row is the class whose probability times its `class_weights` (c,) is largest;
    without weights the likeliest.
    """

    values: tuple[np.ndarray, ...]
    class_weights: tuple[np.ndarray, ...] | None = None

    def __len__(self) -> int:
        return len(self.values[0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Numbers:
    """`values` (n, t); `lower` and `upper`, shaped alike, enclose 90 % where known."""

    values: np.ndarray
    lower: np.ndarray | None = None
    upper: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sequences:
    """Texts or token sequences, one per row."""

    values: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Boxes:
    """Per row `corners` (k, 4) as left, top, right, bottom in pixels; `labels`, `scores` (k,)."""

    corners: tuple[np.ndarray, ...]
    labels: tuple[np.ndarray, ...]
    scores: tuple[np.ndarray, ...]

    def __len__(self) -> int:
        return len(self.corners)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnomalyScores:
    """`values` (n,): the higher, the stranger."""

    values: np.ndarray

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Actions:
    """What a policy would do at each recorded observation: (n,) indices or (n, k) vectors."""

    values: np.ndarray

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Episodes:
    """What a policy earned: `returns` (n,) and `steps` (n,), one per reset seed `seeds` (n,)."""

    returns: np.ndarray
    steps: np.ndarray
    seeds: np.ndarray

    def __len__(self) -> int:
        return len(self.returns)


Prediction: TypeAlias = (
    Probabilities | Numbers | Sequences | Boxes | AnomalyScores | Actions | Episodes
)
