"""Trials in this very process, one after the other: for small tables inside other programs.

Nothing can be killed here, so only trusted families and small budgets belong in it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from headstart.experiment.work import perform


class InProcessEngine:
    """Implements `protocols.Engine`: `submit` does the job, `wait` hands over its result."""

    def __init__(self) -> None:
        self._tickets = itertools.count(1)
        self._results: list[tuple[int, Mapping[str, Any]]] = []

    def submit(self, job: Mapping[str, Any]) -> int:
        ticket = next(self._tickets)
        self._results.append((ticket, {"peak_mb": 0.0, **perform(job)}))
        return ticket

    def wait(self, seconds: float) -> tuple[int, Mapping[str, Any]] | None:
        return self._results.pop(0) if self._results else None

    def cancel(self, ticket: int) -> None:
        self._results = [result for result in self._results if result[0] != ticket]

    def resources(self) -> int:
        return 1

    def close(self) -> None:
        self._results.clear()
