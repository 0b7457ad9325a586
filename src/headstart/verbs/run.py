"""A finished run in memory: what `hs.fit` returns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from headstart.delivery import Delivered, load
from headstart.records import Trial, Verdict
from headstart.reporting.findings import Findings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """The run's folder and what was found.

    Attributes:
        folder: holds the journal, the trials, the report and the model.
        findings: everything that the report shows.
    """

    folder: Path
    findings: Findings

    @property
    def verdict(self) -> Verdict | None:
        """What all the trials mean; None when nothing could be compared."""
        return self.findings.verdict

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Every trial, refusals included."""
        return self.findings.trials

    @property
    def model(self) -> Delivered:
        """The delivered model, read from its folder."""
        return load(self.folder / "model")

    @property
    def report(self) -> Path:
        """The page for people."""
        return self.folder / "report.html"
