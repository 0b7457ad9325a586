"""What each phase of a run was expected to cost, and what it did cost.

Amounts are in the purse's currency: seconds, or work units.
"""

from __future__ import annotations

from dataclasses import dataclass

from headstart.experiment.arena import Arena


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One line of the account; `estimated` is None where nothing was promised."""

    name: str
    estimated: float | None
    spent: float
    trials: int


class Ledger:
    """Keeps the account of a run: a phase ends where the next one begins."""

    def __init__(self, arena: Arena) -> None:
        self._arena = arena
        self._ended: list[Phase] = []
        self._name = ""
        self._estimated: float | None = None
        self._left, self._trials = arena.purse.left(), self._count()
        if not arena.purse.counts_work:
            before = arena.purse.seconds()
            self._ended.append(Phase(name="profile", estimated=None, spent=before, trials=0))

    def begin(self, name: str, estimated: float | None) -> None:
        """End the phase under way, and begin one that is expected to cost so much."""
        self._end()
        self._name, self._estimated = name, estimated

    def phases(self) -> tuple[Phase, ...]:
        """The whole account; the phase under way ends."""
        self._end()
        return tuple(self._ended)

    def _end(self) -> None:
        left, trials = self._arena.purse.left(), self._count()
        if self._name:
            self._ended.append(
                Phase(
                    name=self._name,
                    estimated=self._estimated,
                    spent=self._left - left,
                    trials=trials - self._trials,
                )
            )
        self._name, self._left, self._trials = "", left, trials

    def _count(self) -> int:
        return sum(trial.status != "refused" for trial in self._arena.book.trials)
