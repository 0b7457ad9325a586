"""`headstart report`: one page that opens offline."""

from __future__ import annotations

import argparse
from typing import Any

from headstart.cli.output import print_json


def add(verbs: Any) -> argparse.ArgumentParser:
    """The options of the verb."""
    about = "write what a run found as one page that opens offline"
    parser: argparse.ArgumentParser = verbs.add_parser(
        "report", help=about, description=about, allow_abbrev=False
    )
    parser.add_argument("folder", metavar="RUN", help="a run's folder")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Write the page and say where it is."""
    from headstart import verbs

    page = verbs.report(arguments.folder)
    if arguments.json:
        from headstart.reporting.contract import report_document

        print_json(report_document(arguments.folder, str(page)))
    else:
        print(page)
    return 0
