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
    parser.add_argument(
        "--get", metavar="NAME", help="download this checkpoint, verify it, and say where it is"
    )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Print the lists, or bring one checkpoint."""
    from headstart import verbs

    if arguments.get is not None:
        return _get(arguments.get, as_json=arguments.json)
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


def _get(name: str, *, as_json: bool) -> int:
    """Bring one checkpoint, and print where it is."""
    from headstart import verbs
    from headstart.reporting.contract import fetched_document

    found = verbs.fetch(name)
    if as_json:
        print_json(fetched_document(found.name, str(found.path), found.verified))
    else:
        print(f"{found.name} is at {found.path}, verified {found.verified}")
    return 0
