"""What is left of the budget, in one currency: seconds, or work units.

The race asks only for amounts, so that a budget in minutes and one in steps take the same path.
With work units no choice reads a clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from headstart.records import Budget, Trial

# After the last trial: judging, the page, closing processes.
_SECONDS_TO_CLOSE = 1.2


class Purse:
    """A budget under way.

    Args:
        began: when the process started, on the clock of `now`.
        spent: work units that the journal holds from earlier calls.
    """

    def __init__(
        self,
        budget: Budget,
        *,
        began: float | None = None,
        spent: float = 0.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.budget, self._now = budget, now
        self._began = now() if began is None else began
        self._spent = spent

    @property
    def counts_work(self) -> bool:
        return self.budget.steps is not None

    def left(self) -> float:
        """Seconds or work units that trials may still use."""
        if self.budget.steps is not None:
            return self.budget.steps - self._spent
        assert self.budget.seconds is not None
        close = min(_SECONDS_TO_CLOSE, 0.1 * self.budget.seconds)
        return self.budget.seconds - close - (self._now() - self._began)

    def seconds(self) -> float:
        """Seconds since the process started."""
        return self._now() - self._began

    def price(self, trial: Trial) -> float:
        """What a trial cost, in the purse's currency."""
        return trial.work if self.counts_work else trial.seconds

    def pay(self, trial: Trial) -> None:
        """Count a finished trial; seconds count themselves."""
        self._spent += trial.work

    def limits(self, amount: float, answering: float = 0.0) -> Mapping[str, Any]:
        """The limits of a job that may cost `amount`, as `experiment.work` takes them.

        Args:
            answering: seconds that the prediction after the fit has taken before.
        """
        if self.counts_work:
            return {"seconds": None, "work": amount}
        grace = max(4.0, amount, 3.0 * answering)  # for the prediction and the commit
        return {
            "seconds": amount,
            "work": None,
            "kill_after": amount + grace,
            "no_later_than": max(0.1, self.left()),
        }
