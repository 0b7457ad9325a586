"""What `adjust` with `apply` returns."""

from __future__ import annotations

from dataclasses import dataclass

from headstart.records.adjusted import Adjusted
from headstart.records.diagnosis import Diagnosis
from headstart.verbs.run import Run


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Applied:
    """The new run, what was tried in it, and the diagnosis that it answers.

    Attributes:
        run: its model is the adopted candidate, or the old model where nothing won.
    """

    run: Run
    adjusted: Adjusted
    diagnosis: Diagnosis
