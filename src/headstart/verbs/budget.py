"""The budget that a person gives, and when it began."""

from __future__ import annotations

import os
import time

from headstart.errors import AskError
from headstart.processes.libraries import OURS
from headstart.records import Budget

_USUAL_MINUTES = 5.0


def budget_of(minutes: float | None, steps: float | None) -> Budget:
    """Minutes or steps; five minutes where neither is given.

    Example:
        >>> budget_of(None, None)
        Budget(seconds=300.0, steps=None)
    """
    if minutes is not None and steps is not None:
        raise AskError("both minutes and steps were given.", "A budget is one of the two.")
    for name, value in (("minutes", minutes), ("steps", steps)):
        if value is not None and not value > 0:
            raise AskError(f"a budget of {value} {name} is no budget.", "Give more than 0.")
    if steps is not None:
        return Budget(steps=float(steps))
    return Budget(seconds=60.0 * (_USUAL_MINUTES if minutes is None else minutes))


def process_start() -> float:
    """When the budget began, on the monotonic clock: with the process if it is ours, else now."""
    if os.environ.get(OURS) != "1":
        return time.monotonic()
    import psutil

    return time.monotonic() - max(0.0, time.time() - psutil.Process().create_time())


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
