"""`headstart inspect`: layers, parameters, non-linearities, learning rule, inputs, labels."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from headstart.cli.output import print_json


def add(verbs: Any) -> argparse.ArgumentParser:
    """The options of the verb."""
    about = "layers, parameters, non-linearities, learning rule, inputs, labels, licence"
    parser: argparse.ArgumentParser = verbs.add_parser(
        "inspect", help=about, description=about, allow_abbrev=False
    )
    parser.add_argument(
        "name",
        metavar="NAME|PATH",
        help="a checkpoint of `headstart models`, a folder that save_pretrained wrote, a file of "
        "parameters, a run, or a model folder",
    )
    parser.add_argument("--draw", metavar="FILE.svg", help="draw the layers into this file")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Print what it is made of; nothing of it is run."""
    from headstart import verbs

    found = verbs.inspect(arguments.name, draw=arguments.draw)
    if arguments.json:
        from headstart.reporting.contract import inspect_document

        print_json(inspect_document(found))
        return 0
    from headstart.reporting.anatomy import anatomy
    from headstart.reporting.layout import paint_for, terminal_width

    print(anatomy(found, terminal_width(), paint=paint_for(sys.stdout)))
    if arguments.draw is not None:
        print(f"\nThe layers are drawn in {arguments.draw}")
    return 0
