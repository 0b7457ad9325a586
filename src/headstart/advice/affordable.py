"""Which candidates cannot fit into the budget, however the clock cuts them."""

from __future__ import annotations

from headstart.advice.starts import name_of_start
from headstart.records import Budget, Candidate, Profile, Refusal

_SMALLEST_RUNG = 1 / 27  # of the training rows
_FEWEST_ROWS = 64
_MOST_OF_BUDGET = 0.5


def too_slow(candidate: Candidate, profile: Profile, budget: Budget) -> Refusal | None:
    """A refusal when not even the smallest trial of the race fits into half of the budget.

    A slower candidate than that stays: the clock cuts its larger trials. A budget in steps is never
    compared with seconds, because no choice may then depend on the machine.
    """
    if budget.seconds is None:
        return None
    smallest = smallest_trial(candidate, profile)
    if smallest <= _MOST_OF_BUDGET * budget.seconds:
        return None
    because = (
        f"`{candidate.name}` needs about {candidate.estimate.seconds:,.0f} s on all rows and "
        f"{smallest:,.0f} s on the fewest > half of the {budget.seconds:,.0f} s given"
    )
    return Refusal(family=candidate.family, start=name_of_start(candidate), because=because)


def smallest_trial(candidate: Candidate, profile: Profile) -> float:
    """Seconds of the smallest trial that the race would run: a 27th of the rows, at least 64.

    Example:
        >>> from headstart.records import Estimate, Task
        >>> slow = Candidate(name="a", family="a", settings=None, estimate=Estimate(seconds=270))
        >>> table = Profile(source="", rows=2_700, columns=(), task=Task(kind="regression"))
        >>> smallest_trial(slow, table)
        10.0
    """
    fewest = _FEWEST_ROWS / profile.rows if profile.rows else 0.0
    return candidate.estimate.seconds * min(1.0, max(_SMALLEST_RUNG, fewest))
