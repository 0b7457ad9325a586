"""How far a booster goes: as far as the clock, the allowance of work and patience let it."""

from __future__ import annotations

import math
from collections.abc import Callable

from headstart.session import Session


class Pace:
    """Tells a library's own loop after each round whether to go on, and remembers the best round.

    Args:
        report: is told each loss.
        share: part of the session's remaining time and work that may be used.
        patience: rounds without a better loss after which to stop; 0 means never.
    """

    def __init__(
        self,
        session: Session,
        report: Callable[[float], None],
        *,
        share: float = 1.0,
        patience: int = 0,
    ) -> None:
        self.rounds = 0
        self.best_round = 0
        self.best_loss = math.inf
        self._session, self.report, self._patience = session, report, patience
        self._began = session.seconds_left
        self._seconds_kept = _kept_back(session.seconds_left, share)
        self._work_kept = _kept_back(session.work_left, share)

    def goes_on(self, loss: float | None = None) -> bool:
        """Count a round; `loss` is of the rows held out, or None where there is none to report.

        Raises:
            Diverged: the loss is not a finite number.
        """
        self.rounds += 1
        if loss is not None:
            self.report(loss)
        if loss is not None and loss < self.best_loss:
            self.best_loss, self.best_round = loss, self.rounds
        in_budget = self._session.go_on() and self._affords(0.0, 0)
        waited = self.rounds - self.best_round if loss is not None else 0
        return in_budget and not 0 < self._patience <= waited

    def again(self, rounds: int) -> Pace | None:
        """A pace for so many rounds more, on all rows; None where the budget would not last."""
        spent = self._began - self._session.seconds_left if math.isfinite(self._began) else 0.0
        seconds = 1.5 * spent * rounds / max(self.rounds, 1)
        if self._session.stopped_by or not self._affords(seconds, rounds):
            return None
        pace = Pace(self._session, self.report)
        pace._seconds_kept, pace._work_kept = self._seconds_kept, self._work_kept
        return pace

    def _affords(self, seconds: float, rounds: int) -> bool:
        session = self._session
        work = rounds * session.rows / 1000
        return (
            session.seconds_left - seconds > self._seconds_kept
            and session.work_left - work > self._work_kept
        )


def _kept_back(left: float, share: float) -> float:
    """What of an amount is for later members; minus infinity where there are none."""
    return (1 - share) * left if math.isfinite(left) and share < 1 else -math.inf
