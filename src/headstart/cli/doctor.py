"""`headstart doctor`: what works on this machine, and how to get what is missing."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from headstart.cli.output import print_json


def add(verbs: Any) -> argparse.ArgumentParser:
    """The options of the verb."""
    about = "what works on this machine, what is missing and how to get it"
    parser: argparse.ArgumentParser = verbs.add_parser(
        "doctor", help=about, description=about, allow_abbrev=False
    )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Try everything and print what came of it; a missing optional part is no failure."""
    from headstart import verbs

    checkup = verbs.doctor()
    if arguments.json:
        from headstart.reporting.contract import doctor_document

        print_json(doctor_document(checkup.checks, dict(checkup.versions)))
        return 0
    from headstart.reporting.layout import paint_for, terminal_width
    from headstart.reporting.listing import checks

    print(checks(checkup.checks, terminal_width(), paint=paint_for(sys.stdout)))
    return 0
