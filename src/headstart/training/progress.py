"""How far a fit has come, so that its schedule ends when its budget does."""

from __future__ import annotations

import math

from headstart.session import Session

_STEPS_TO_MEASURE = 4
_RESERVE = 1.1


class Progress:
    """A number `at` that runs from 0 to 1 by the end of the last round that the budget allows.

    With an allowance of work the number of rounds is known beforehand, and no clock is read. With
    a time limit it is estimated from the steps done so far and corrected at each round, so that a
    slow machine gets a shorter schedule and never half of one.

    Args:
        rounds: the most rounds to do.
        steps: optimiser steps of a round.
        passes: how often a round passes the training rows.
    """

    def __init__(self, session: Session, *, rounds: int, steps: int, passes: float) -> None:
        self.at = 0.0
        self._session, self._rounds, self._steps = session, rounds, steps
        self._cost = passes * session.rows / 1000
        self._timed = math.isfinite(session.seconds_left) and not math.isfinite(session.work_left)
        self._began = session.seconds_left if self._timed else 0.0
        self._done = 0
        self._stride = 0.0

    @property
    def is_over(self) -> bool:
        """Whether the schedule has come to its end."""
        return self.at >= 1.0 - 1e-9

    def resume(self, at: float) -> None:
        """Go on from a kept state. Where more rounds are allowed now than then, the schedule
        stands as far as the rounds do, so that an ended one has an end again.
        """
        done = self._session.rounds_done
        self.at = min(at, done / (done + self._rounds_left(done)))

    def begin_round(self, number: int) -> None:
        """Divide what is left of the schedule among the rounds that are left."""
        self._stride = (1.0 - self.at) / (self._rounds_left(number) * self._steps)

    def step(self, number: int) -> None:
        """Count an optimiser step of round `number`."""
        self._done += 1
        self.at = min(1.0, self.at + self._stride)
        if self._timed and self._done == min(_STEPS_TO_MEASURE, self._steps):
            self.begin_round(number)

    def _rounds_left(self, number: int) -> float:
        left = float(self._rounds - number)
        if math.isfinite(self._session.work_left) and self._cost > 0:
            left = min(left, math.floor(self._session.work_left / self._cost + 1e-6))
        elif self._timed and self._done:
            spent = self._began - self._session.seconds_left
            round_seconds = _RESERVE * spent / self._done * self._steps
            left = min(left, math.floor(self._session.seconds_left / max(round_seconds, 1e-9)))
        return max(left, 1.0)
