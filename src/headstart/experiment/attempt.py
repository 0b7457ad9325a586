"""A trial to do."""

from __future__ import annotations

from dataclasses import dataclass

from headstart.records import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A candidate on a draw (None: the refit), at a size, within an amount of the purse.

    Attributes:
        keep: of the purse, what is not for it, where it has to wait for others first.
    """

    candidate: Candidate
    rows: int
    draw: int | None
    amount: float
    keep: float = 0.0
