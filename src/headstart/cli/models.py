"""`headstart models`: families and checkpoints, and which of them are on this machine."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from headstart.cli import options
from headstart.cli.output import print_json


def add(verbs: Any) -> argparse.ArgumentParser:
    """The options of the verb."""
    about = "families and checkpoints, what is on this machine, licences"
    parser: argparse.ArgumentParser = verbs.add_parser(
        "models", help=about, description=about, allow_abbrev=False
    )
    parser.add_argument("--task", metavar="KIND", type=options.kind, help="only for this kind")
    parser.add_argument(
        "--modality", metavar="M", type=options.modality, help="only those that take such columns"
    )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Print the lists."""
    from headstart import verbs

    found = verbs.models(task=arguments.task, modality=arguments.modality)
    if arguments.json:
        from headstart.reporting.contract import models_document

        print_json(models_document(found.families, found.checkpoints))
        return 0
    from headstart.reporting.layout import paint_for, terminal_width
    from headstart.reporting.listing import models

    width, paint = terminal_width(), paint_for(sys.stdout)
    print(models(found.families, found.checkpoints, width, paint=paint))
    return 0
