"""`headstart adjust`: what limits a run's result, and the next step that pays."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from headstart.cli.output import print_json


def add(verbs: Any) -> argparse.ArgumentParser:
    """The options of the verb."""
    about = "what limits a run's result, with the evidence, and what to do next"
    parser: argparse.ArgumentParser = verbs.add_parser(
        "adjust", help=about, description=about, allow_abbrev=False
    )
    parser.add_argument("folder", metavar="RUN", help="a run's folder")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Print the diagnosis; nothing is trained and nothing in the run changes."""
    from headstart import verbs

    found = verbs.adjust(arguments.folder)
    if arguments.json:
        from headstart.reporting.contract import adjust_document

        print_json(adjust_document(arguments.folder, found))
        return 0
    from headstart.reporting.layout import paint_for, terminal_width
    from headstart.reporting.remedies import remedies

    print(remedies(found, terminal_width(), paint=paint_for(sys.stdout)))
    return 0
