"""`headstart predict`: the delivered model's answers, a line for every row."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from headstart.cli.options import share
from headstart.cli.output import print_json


def add(verbs: Any) -> argparse.ArgumentParser:
    """The options of the verb."""
    about = "answer for every row of a file, or every file of a folder, with a run's model"
    parser: argparse.ArgumentParser = verbs.add_parser(
        "predict", help=about, description=about, allow_abbrev=False
    )
    parser.add_argument("model", metavar="RUN|MODEL", help="a run's folder or a model's folder")
    parser.add_argument("source", metavar="SOURCE", help="the rows or files to answer for")
    parser.add_argument("--out", metavar="FILE", help="a .csv, .parquet or .jsonl file")
    parser.add_argument(
        "--abstain",
        metavar="SHARE",
        type=share,
        help="leave about this share of the rows unanswered, those the model is least sure of: 0.1",
    )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Write the answers and say where they are."""
    from headstart import verbs
    from headstart.reporting.contract import predict_document
    from headstart.reporting.wording import place, visible

    made = verbs.predict(
        arguments.model, arguments.source, out=arguments.out, abstain=arguments.abstain
    )
    if arguments.json:
        print_json(predict_document(made.rows, str(made.out), made.notes))
    else:
        for note in made.notes:
            print(f"headstart: {visible(note, 300)}", file=sys.stderr)
        print(
            f"{made.rows:,} {'row' if made.rows == 1 else 'rows'} predicted: {place(str(made.out))}"
        )
    return 0
