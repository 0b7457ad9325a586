"""`headstart demo`: the main job on real data that comes with the installation."""

from __future__ import annotations

import argparse
from typing import Any

from headstart.cli import options
from headstart.cli.output import print_findings, watcher


def add(verbs: Any) -> argparse.ArgumentParser:
    """The options of the verb."""
    about = "the main job on real data that comes with the installation"
    parser: argparse.ArgumentParser = verbs.add_parser(
        "demo", help=about, description=about, allow_abbrev=False
    )
    kinds = "text (4.75 minutes; the default), table (2 minutes) or image (4 minutes)"
    parser.add_argument("kind", metavar="KIND", nargs="?", default="text", help=kinds)
    parser.add_argument("--minutes", metavar="N", type=options.positive)
    parser.add_argument("--out", metavar="RUN", help="folder of the run")
    parser.add_argument("--seed", metavar="N", type=options.whole, default=0)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Run it and print what it found."""
    from headstart import verbs

    done = verbs.demo(
        arguments.kind,
        minutes=arguments.minutes,
        out=arguments.out,
        seed=arguments.seed,
        watch=watcher(as_json=arguments.json),
    )
    print_findings(done.findings, as_json=arguments.json)
    return 0
