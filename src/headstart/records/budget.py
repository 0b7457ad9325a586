"""What a run may cost: minutes on the clock, or work units."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Exactly one of the two is set.

    Attributes:
        seconds: from the start of the process to its exit.
        steps: work units: a thousand rows passed by one round; in worlds, a thousand environment
            steps. No choice then reads a clock, and two runs are bit-identical.
    """

    seconds: float | None = None
    steps: float | None = None
