"""`headstart advise`: what would be tried and what would not, each with its reason."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from headstart.cli import options
from headstart.cli.output import print_json


def add(verbs: Any) -> argparse.ArgumentParser:
    """The options of the verb."""
    about = "what would be tried and what would not, each with its reason; nothing is trained"
    parser: argparse.ArgumentParser = verbs.add_parser(
        "advise", help=about, description=about, allow_abbrev=False
    )
    options.add_question(parser)
    options.add_budget(parser)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Print candidates and refusals."""
    from headstart import verbs

    asked = {**options.question(arguments), **options.budget(arguments)}
    advised = verbs.advise(arguments.source, **asked)
    if arguments.json:
        from headstart.reporting.contract import advise_document

        print_json(advise_document(advised.profile, advised.candidates, advised.refusals))
        return 0
    from headstart.reporting.layout import paint_for, terminal_width
    from headstart.reporting.terminal import candidates, header

    width, paint = terminal_width(), paint_for(sys.stdout)
    print(header(advised.profile, width, paint=paint))
    print("\n" + candidates(advised.candidates, advised.refusals, width, paint=paint))
    print("\nThe estimates are modelled; `headstart fit` measures.")
    return 0
