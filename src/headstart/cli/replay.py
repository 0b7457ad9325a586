"""`headstart replay`: ask a run's question again, with its seed and budget."""

from __future__ import annotations

import argparse
from typing import Any

from headstart.cli.output import print_findings, watcher


def add(verbs: Any) -> argparse.ArgumentParser:
    """The options of the verb."""
    about = "ask a run's question again in a new folder, with its seed and budget"
    parser: argparse.ArgumentParser = verbs.add_parser(
        "replay", help=about, description=about, allow_abbrev=False
    )
    parser.add_argument("folder", metavar="RUN", help="a run's folder")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Run it again and print what it found."""
    from headstart import verbs

    done = verbs.replay(arguments.folder, watch=watcher(as_json=arguments.json))
    print_findings(done.findings, as_json=arguments.json)
    return 0
