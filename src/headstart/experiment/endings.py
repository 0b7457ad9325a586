"""How the budget ended a training before it was done; a trial's reason says it at its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headstart.records import Trial

CUT_SHORT = " (cut short by the clock)"
CUT_OF_WORK = " (cut short: its share of the work was done)"


def is_cut(trial: Trial) -> bool:
    """Whether the budget ended a training before it was done."""
    return trial.because.endswith((CUT_SHORT, CUT_OF_WORK))


def ending_of(result: Mapping[str, Any]) -> str:
    """What a job's result adds to the reason of its trial; empty where nothing was cut.

    Example:
        >>> ending_of({"stopped_by": "time"})
        ' (cut short by the clock)'
    """
    return {"time": CUT_SHORT, "work": CUT_OF_WORK}.get(result.get("stopped_by") or "", "")
