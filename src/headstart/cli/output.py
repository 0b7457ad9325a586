"""What a verb prints: a document for programs, or text for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headstart.reporting.findings import Findings
    from headstart.reporting.live import Live


def print_json(document: Mapping[str, Any]) -> None:
    """One strict JSON document on standard output."""
    print(json.dumps(document, allow_nan=False, ensure_ascii=False, indent=1))


def watcher(*, as_json: bool, test: str | None = None) -> Live:
    """The live line on standard error, if that is a terminal."""
    from headstart.reporting.layout import paint_for, terminal_width
    from headstart.reporting.live import Live

    stream = sys.stderr
    in_place = stream.isatty()
    return Live(
        stream,
        width=terminal_width(),
        paint=paint_for(stream),
        in_place=in_place,
        silent=as_json and not in_place,
        test=test,
    )


def print_findings(findings: Findings, *, as_json: bool, test: str | None = None) -> None:
    """The end of a run; with its header unless that stands on the same screen already."""
    from headstart.reporting.contract import fit_document
    from headstart.reporting.layout import paint_for, terminal_width
    from headstart.reporting.terminal import header, summary

    if as_json:
        print_json(fit_document(findings))
        return
    width, paint = terminal_width(), paint_for(sys.stdout)
    on_one_screen = sys.stdout.isatty() and sys.stderr.isatty()
    if findings.profile is not None and not on_one_screen:
        print(header(findings.profile, width, paint=paint, test=test) + "\n")
    print(summary(findings, width, paint=paint))
