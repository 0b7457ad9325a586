"""`headstart adjust`: what limits a run's result, and the next step that pays."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from headstart.cli import options
from headstart.cli.output import print_json, watcher


def add(verbs: Any) -> argparse.ArgumentParser:
    """The options of the verb."""
    about = "what limits a run's result, with the evidence, and what to do next"
    parser: argparse.ArgumentParser = verbs.add_parser(
        "adjust", help=about, description=about, allow_abbrev=False
    )
    parser.add_argument("folder", metavar="RUN", help="a run's folder")
    group = parser.add_argument_group("trying the next steps")
    group.add_argument(
        "--apply",
        action="store_true",
        help="try what can be tried; who is measurably better replaces the model, in a new run",
    )
    budget = group.add_mutually_exclusive_group()
    budget.add_argument("--minutes", metavar="N", type=options.positive, help="5 by default")
    budget.add_argument(
        "--steps", metavar="N", type=options.positive, help="work in place of time, as for fit"
    )
    group.add_argument(
        "--only", metavar="A,B", type=options.names, default=[], help="these actions alone"
    )
    group.add_argument("--out", metavar="NEW", help="folder of the new run; beside RUN by default")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Print the diagnosis; with --apply try it, and print the old model beside the new one."""
    from headstart import verbs

    if arguments.apply:
        return _apply(arguments)
    found = verbs.adjust(
        arguments.folder,
        minutes=arguments.minutes,
        steps=arguments.steps,
        only=arguments.only,
        out=arguments.out,
    )
    if arguments.json:
        from headstart.reporting.contract import adjust_document

        print_json(adjust_document(arguments.folder, found))
        return 0
    from headstart.reporting.layout import paint_for, terminal_width
    from headstart.reporting.remedies import remedies

    print(remedies(found, terminal_width(), paint=paint_for(sys.stdout)))
    return 0


def _apply(arguments: argparse.Namespace) -> int:
    from headstart import verbs
    from headstart.reporting.layout import paint_for, terminal_width

    done = verbs.adjust(
        arguments.folder,
        apply=True,
        minutes=arguments.minutes,
        steps=arguments.steps,
        only=arguments.only,
        out=arguments.out,
        watch=watcher(as_json=arguments.json),
    )
    if arguments.json:
        from headstart.reporting.contract import applied_document

        print_json(applied_document(str(done.run.folder), done.diagnosis, done.adjusted))
        return 0
    from headstart.reporting.changed import changed

    shown = changed(done.adjusted, str(done.run.folder), terminal_width(), paint_for(sys.stdout))
    print(shown)
    return 0
