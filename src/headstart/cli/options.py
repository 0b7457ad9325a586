"""Options that several verbs share, and how their values are read."""

from __future__ import annotations

import argparse
import csv
import math
from argparse import ArgumentTypeError
from collections.abc import Sequence
from typing import Any

from headstart.errors import listed, nearest
from headstart.records.data import MODALITIES
from headstart.records.task import KINDS

_READINGS = (*MODALITIES, "group", "item", "weight", "ignored")
_STARTS = ("direct", "finetune", "transfer", "scratch")
_ENGINES = ("local", "ray")


def add_question(parser: argparse.ArgumentParser) -> None:
    """What is asked of which data."""
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="a .csv, .tsv, .parquet, .feather or .jsonl file, a folder class/file of pictures or "
        "texts, a .zip or .tar of one, or a world such as gym:CartPole-v1",
    )
    group = parser.add_argument_group("the question")
    group.add_argument(
        "--target",
        metavar="COL,...",
        action="extend",
        type=names,
        default=[],
        help="the column to predict; several make a multi-target task; of a folder its classes",
    )
    group.add_argument("--task", metavar="KIND", type=kind, help=f"{', '.join(KINDS[:3])}, ...")
    group.add_argument("--metric", metavar="M", help="what decides: accuracy, roc_auc, rmse, ...")
    group.add_argument("--positive", metavar="LABEL", help="the class that f1, roc_auc speak of")
    group.add_argument(
        "--split",
        metavar="HOW",
        type=split,
        help="random, grouped:COL (a group stays whole) or temporal:COL (the past predicts)",
    )
    group.add_argument(
        "--column",
        metavar="NAME=READING",
        action="append",
        type=column,
        default=[],
        help="read a column as number, category, text, time, ... or use it as group, item, "
        "weight, ignored; may be repeated",
    )


def add_budget(parser: argparse.ArgumentParser) -> None:
    """What it may cost, and what may take part."""
    group = parser.add_argument_group("the budget and the race")
    budget = group.add_mutually_exclusive_group()
    budget.add_argument("--minutes", metavar="N", type=positive, help="time in all; 5 by default")
    budget.add_argument(
        "--steps",
        metavar="N",
        type=positive,
        help="work in place of time (a thousand rows passed by one round): runs repeat exactly",
    )
    group.add_argument("--families", metavar="A,B", type=names, default=[], help="only these")
    group.add_argument(
        "--starts", metavar="A,B", type=starts, default=[], help=f"only these: {', '.join(_STARTS)}"
    )
    group.add_argument(
        "--weights",
        metavar="CHECKPOINT",
        action="append",
        default=[],
        help="a checkpoint or an earlier run to go on from; may be repeated",
    )
    group.add_argument(
        "--label",
        metavar="CLASS=LABEL",
        action="append",
        type=label,
        default=[],
        help="what a checkpoint's own label means, where it is used as it is; may be repeated, and "
        "the labels of one class add up",
    )
    group.add_argument("--seed", metavar="N", type=whole, default=0, help="0 by default")


def question(arguments: argparse.Namespace) -> dict[str, Any]:
    """The question as keyword arguments of the verbs."""
    return {
        "target": tuple(arguments.target),
        "task": arguments.task,
        "metric": arguments.metric,
        "positive": arguments.positive,
        "split": arguments.split,
        "columns": dict(arguments.column),
    }


def budget(arguments: argparse.Namespace) -> dict[str, Any]:
    """The budget and the race as keyword arguments of the verbs."""
    return {
        "minutes": arguments.minutes,
        "steps": arguments.steps,
        "families": tuple(arguments.families),
        "starts": tuple(arguments.starts),
        "weights": tuple(arguments.weights),
        "labels": _collected(arguments.label),
        "seed": arguments.seed,
    }


def names(text: str) -> list[str]:
    """Names between commas; one that holds a comma stands in double quotes.

    Example:
        >>> names('a,"b,c"')
        ['a', 'b,c']
    """
    found = [name.strip() for name in next(csv.reader([text], skipinitialspace=True), [])]
    if not found or not all(found):
        raise ArgumentTypeError(f"`{text}` holds an empty name; write names between commas")
    return found


def column(text: str) -> tuple[str, str]:
    """`NAME=READING`, split at the last equals sign, for names may hold one too."""
    name, equals, reading = text.rpartition("=")
    if not equals or not name:
        raise ArgumentTypeError(f"`{text}` is not of the form NAME=READING")
    return name, _one_of("reading", reading, _READINGS)


def label(text: str) -> tuple[str, str]:
    """`CLASS=LABEL`, split at the last equals sign, for classes may hold one: `<=50K=LABEL_0`."""
    name, equals, meant = text.rpartition("=")
    if not equals or not name or not meant:
        raise ArgumentTypeError(f"`{text}` is not of the form CLASS=LABEL")
    return name, meant


def split(text: str) -> str:
    """`random`, `grouped:COL` or `temporal:COL`."""
    how, _, name = text.partition(":")
    _one_of("split", how, ("random", "grouped", "temporal"))
    if (how == "random") == bool(name):
        needed = "no column" if how == "random" else f"a column: {how}:COL"
        raise ArgumentTypeError(f"`{text}`: the split `{how}` takes {needed}")
    return text


def kind(text: str) -> str:
    """A kind of task."""
    return _one_of("kind of task", text, KINDS)


def modality(text: str) -> str:
    """What the values of a column are."""
    return _one_of("modality", text, MODALITIES)


def starts(text: str) -> list[str]:
    """Names of starts between commas."""
    return [_one_of("start", name.lower(), _STARTS) for name in names(text)]


def engine(text: str) -> str:
    """Where trials run."""
    return _one_of("engine", text, _ENGINES)


def positive(text: str) -> float:
    """A finite number above 0."""
    return _number(text, above=True)


def not_negative(text: str) -> float:
    """A finite number, 0 included."""
    return _number(text, above=False)


def share(text: str) -> float:
    """A number between 0 and 1."""
    value = _number(text, above=True)
    if value >= 1:
        raise ArgumentTypeError(f"`{text}` is not a share between 0 and 1, such as 0.1")
    return value


def whole(text: str) -> int:
    """A whole number, 0 included."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"`{text}` is not a whole number of 0 or more")
    return int(text)


def _collected(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """
    Example:
        >>> _collected([("animal", "cat"), ("animal", "dog")])
        {'animal': ['cat', 'dog']}
    """
    found: dict[str, list[str]] = {}
    for name, meant in pairs:
        found.setdefault(name, []).append(meant)
    return found


def _number(text: str, *, above: bool) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0 or (above and value == 0):
        expected = "a number above 0" if above else "a number of 0 or more"
        raise ArgumentTypeError(f"`{text}` is not {expected}")
    return value


def _one_of(noun: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        offer = nearest(value, known)
        raise ArgumentTypeError(
            f"there is no {noun} `{value}`. {offer}Known: {listed(known, most=15)}"
        )
    return value
