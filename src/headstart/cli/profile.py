"""`headstart profile`: facts about the data, and what is dangerous about them."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from headstart.cli import options
from headstart.cli.output import print_json


def add(verbs: Any) -> argparse.ArgumentParser:
    """The options of the verb."""
    about = "facts about the data, and traps: leaks, duplicates, groups, time order"
    parser: argparse.ArgumentParser = verbs.add_parser(
        "profile", help=about, description=about, allow_abbrev=False
    )
    options.add_question(parser)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Print the profile."""
    from headstart import verbs

    profile = verbs.profile(arguments.source, **options.question(arguments))
    if arguments.json:
        from headstart.reporting.contract import profile_document

        print_json(profile_document(profile))
        return 0
    from headstart.reporting.layout import paint_for, terminal_width
    from headstart.reporting.listing import columns
    from headstart.reporting.terminal import header

    width, paint = terminal_width(), paint_for(sys.stdout)
    print(header(profile, width, paint=paint))
    print("\n" + columns(profile, width, paint=paint))
    return 0
