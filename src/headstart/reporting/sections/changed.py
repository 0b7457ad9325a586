"""What `adjust --apply` changed: the old model beside the new one, and what was tried."""

from __future__ import annotations

from headstart.reporting import changed as told
from headstart.reporting.findings import Findings
from headstart.reporting.sections.pieces import Grid


def before_and_after(findings: Findings) -> Grid | None:
    """A line for the old model and one for the new; None for a run that adjusted no other."""
    if findings.changed is None:
        return None
    rows = tuple(told.sides(findings.changed))
    return Grid(head=told.HEAD_OF_SIDES, rows=rows)


def tried(findings: Findings) -> Grid | None:
    """A line for each candidate that was tried; None where none was."""
    if findings.changed is None or not findings.changed.tried:
        return None
    return Grid(head=told.HEAD_OF_TRIED, rows=tuple(told.tried(findings.changed.tried)))


def said(findings: Findings) -> str:
    """Why the new model replaces the old one, or why it stays."""
    if findings.changed is None:
        return ""
    return f"{findings.changed.because} {told.on_locked(findings.changed)}".strip()
