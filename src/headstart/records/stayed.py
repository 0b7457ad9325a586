"""Who stayed on a smaller rung, and what kept it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Stayed:
    """A candidate that did not climb on.

    Attributes:
        rows: training rows of the last rung that it was on.
        kept_by: its `loss`, or its `price` though its loss was among the best.
    """

    candidate: str
    rows: int
    kept_by: Literal["loss", "price"]
    because: str
