"""`headstart weights`: what would be copied, adapted, new, dropped; tensor by tensor."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from headstart.cli.output import print_json


def add(verbs: Any) -> argparse.ArgumentParser:
    """The options of the verb."""
    about = "what would be copied, adapted, new, dropped in another model; --apply moves it"
    parser: argparse.ArgumentParser = verbs.add_parser(
        "weights", help=about, description=about, allow_abbrev=False
    )
    parser.add_argument(
        "source", metavar="SOURCE", help="a checkpoint, a folder, a file of parameters, or a run"
    )
    parser.add_argument(
        "target",
        metavar="TARGET",
        help="a folder with a config.json, a checkpoint, a family of networks, or a run",
    )
    parser.add_argument("--apply", action="store_true", help="move the tensors and check them")
    parser.add_argument(
        "--plan", metavar="FILE.toml", help="follow this plan; write it where there is none"
    )
    parser.add_argument(
        "--out", metavar="FOLDER", help="where --apply writes; weights-1 unless given"
    )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Print the plan, or what came of it."""
    from headstart import verbs
    from headstart.errors import AskError
    from headstart.reporting import moves

    if arguments.out is not None and not arguments.apply:
        raise AskError("`--out` is where `--apply` writes.", "Add --apply, or leave --out out.")
    done = verbs.weights(
        arguments.source,
        arguments.target,
        apply=arguments.apply,
        plan=arguments.plan,
        out=arguments.out,
    )
    out = None if done.out is None else str(done.out)
    if arguments.json:
        document = moves.weights_document(
            done.receipt,
            source=arguments.source,
            target=arguments.target,
            out=out,
            plan=arguments.plan,
            should_preserve=done.plan.preserves,
        )
        print_json(document)
        return 0
    _show(done)
    return 0


def _show(done: Any) -> None:
    from headstart.reporting import moves
    from headstart.reporting.layout import paint_for, terminal_width
    from headstart.reporting.wording import place

    paint = paint_for(sys.stdout)
    print(moves.moves(done.receipt, terminal_width(), paint=paint))
    if done.written is not None:
        print(
            f"The plan is in {place(str(done.written))}: edit it, and name it again to follow it."
        )
    if done.out is not None:
        print(f"Written to {place(str(done.out))}.")
    elif done.is_drawn:
        name, start = done.plan.target, place(done.plan.source)
        print(
            f"The network of `{name}` as its settings stand; a fit draws it from the rows, and "
            f"moves tokens by their text:\n  headstart fit DATA --families {name} --weights {start}"
        )
    elif not done.plan.open:
        print("Nothing was moved: --apply does.")
    for move in done.plan.open:
        print(f"Choose for `{move.target}`: {', '.join(move.choices)}")
