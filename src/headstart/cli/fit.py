"""`headstart fit`: profile, advise, race, judge, deliver."""

from __future__ import annotations

import argparse
from typing import Any

from headstart.cli import options
from headstart.cli.output import print_findings, watcher


def add(verbs: Any) -> argparse.ArgumentParser:
    """The options of the verb."""
    about = "find the model to use: profile, advise, race under a budget, judge, deliver"
    parser: argparse.ArgumentParser = verbs.add_parser(
        "fit", help=about, description=about, allow_abbrev=False
    )
    options.add_question(parser)
    options.add_budget(parser)
    group = parser.add_argument_group("the judgement and the result")
    group.add_argument("--test", metavar="SOURCE", help="rows to judge on, in place of locked ones")
    group.add_argument("--out", metavar="RUN", help="folder of the run; an existing one goes on")
    group.add_argument(
        "--horizon", metavar="N", type=options.whole, help="forecasting: steps to look ahead"
    )
    group.add_argument(
        "--worth",
        metavar="X",
        type=options.not_negative,
        help="a difference of the metric that is worth a dearer model; 0: any",
    )
    group.add_argument("--single", action="store_true", help="deliver one model, never a blend")
    group.add_argument(
        "--control",
        action="store_true",
        help="also train with random and shuffled weights, to say what the pretrained were worth",
    )
    group.add_argument(
        "--engine", metavar="E", type=options.engine, default="local", help="local or ray"
    )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Run the race and print what it found."""
    from headstart import verbs

    done = verbs.fit(
        arguments.source,
        **options.question(arguments),
        **options.budget(arguments),
        test=arguments.test,
        out=arguments.out,
        horizon=arguments.horizon,
        worth=arguments.worth,
        single=arguments.single,
        control=arguments.control,
        engine=arguments.engine,
        watch=watcher(as_json=arguments.json, test=arguments.test),
    )
    print_findings(done.findings, as_json=arguments.json, test=arguments.test)
    return 0
