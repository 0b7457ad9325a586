"""Importing is free."""

from __future__ import annotations

from headstart.testing.claim import expect
from headstart.testing.subject import Subject


def check_import_needs_no_heavy_library(subject: Subject) -> None:
    """The table of families is read on machines without torch, and before the first screen line."""
    trouble = subject.fresh.imported
    expect(not trouble, f"importing the family failed with heavy libraries blocked: {trouble}")
