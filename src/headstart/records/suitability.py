"""How well frozen vectors of a checkpoint suit a task, measured on labelled rows before a trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

LEADING = ("neighbours", "linear_probe")
SECOND_OPINIONS = ("logme", "h_score", "n_leep")


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """How like the data are to what a checkpoint has learned from.

    Attributes:
        measure: what was measured, such as `tokens per word`.
        value: of the data.
        level: the value among those of data that are known to suit, or not to.
    """

    measure: str
    value: float
    level: Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suitability:
    """The scores of each layer of one checkpoint; higher is better in all of them.

    Attributes:
        rows: labelled rows that the scores were taken from.
        layer: the one with the best neighbours and linear probe; 0 is the input of the first block.
        layers: name of the score -> value, one mapping a layer. `neighbours` and `linear_probe` are
            accuracies (or R^2) on rows left out, the others have scales of their own.
    """

    checkpoint: str
    rows: int
    layer: int
    layers: tuple[Mapping[str, float], ...]
    similarity: Similarity | None = None

    @property
    def scores(self) -> Mapping[str, float]:
        """Of the best layer."""
        return self.layers[self.layer]

    @property
    def lead(self) -> float:
        """The better of neighbours and linear probe."""
        return max(self.scores[name] for name in LEADING)


def suitability_from_plain(entry: Mapping[str, Any]) -> Suitability:
    """What a journal record of the type `probe` says."""
    found = entry.get("similarity")
    return Suitability(
        checkpoint=entry["checkpoint"],
        rows=entry["rows"],
        layer=entry["layer"],
        layers=tuple(entry["layers"]),
        similarity=None if found is None else Similarity(**found),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far a score ranked as something that was measured later.

    Attributes:
        measured: `trials` (losses of the checkpoints' best trials), or `linear_probe` (of the
            layers) where fewer than three checkpoints were tried.
        correlation: of the ranks, from -1 to 1; None where one side is all the same.
        over: how many checkpoints or layers.
    """

    score: str
    measured: Literal["trials", "linear_probe"]
    correlation: float | None
    over: int
