"""Numbers and records in plain words: shared by the terminal, the page and the model card."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal, assert_never

from headstart.records import Direct, FineTune, Scratch, Start, Task, Transfer
from headstart.records.label_mapping import mapping_phrase
from headstart.records.verdict import Interval

DASH = "\N{EN DASH}"  # between two numbers, and alone where there is none
_LONGEST_PATH, _LAST_PARTS = 60, 4
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)
_ENDINGS = MappingProxyType({1: "st", 2: "nd", 3: "rd"})
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str, most: int = 200) -> str:
    """Text from the data, made harmless to look at: no control or direction characters, not long.

    Example:
        >>> visible("a\\x1b[2Jb")
        'a\\\\x1b[2Jb'
    """
    shown = "".join(
        each if each.isprintable() and each not in _BIDI else _escaped(each) for each in text
    )
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def _escaped(character: str) -> str:
    if character in "\n\t":
        return " "
    return character.encode("unicode_escape").decode()


def place(source: str) -> str:
    """A source as a person would type it: a path from the working folder or from home, not long.

    Example:
        >>> place("t.csv"), place("gym:CartPole-v1")
        ('t.csv', 'gym:CartPole-v1')
        >>> place("/very/long/path/to/a/place/where/packages/keep/their/data/adult.parquet")
        '…/keep/their/data/adult.parquet'
    """
    path, home = Path(source), Path(os.path.expanduser("~"))
    if path.is_absolute():
        if path.is_relative_to(Path.cwd()):
            path = path.relative_to(Path.cwd())
        elif len(home.parts) > 1 and path.is_relative_to(home):
            path = Path("~", path.relative_to(home))
        source = str(path)
    if len(source) > _LONGEST_PATH and len(path.parts) > _LAST_PARTS:
        source = str(Path("…", *path.parts[-_LAST_PARTS:]))
    return visible(source)


def ordinal(place: int) -> str:
    """A place in a row, as a word up to ten.

    Example:
        >>> ordinal(3), ordinal(12), ordinal(22)
        ('third', '12th', '22nd')
    """
    if 0 < place <= len(_ORDINALS):
        return _ORDINALS[place - 1]
    ending = "th" if place % 100 in (11, 12, 13) else _ENDINGS.get(place % 10, "th")
    return f"{place}{ending}"


def looked_again(looks: int, rows: str) -> str:
    """What it means that models before this one were scored on the same rows.

    Args:
        rows: those rows, counted.
    """
    return (
        f"this is the {ordinal(looks)} look at the same {rows}, and of several models one looks "
        f"good by luck: the interval is wider, so that all {looks} hold together with 90 %"
    )


def number(value: float | None, digits: int = 3) -> str:
    """A number with as many significant digits as matter; `–` where there is none.

    Example:
        >>> number(0.84567), number(12345.678), number(1.5), number(None)
        ('0.846', '12,346', '1.50', '–')
    """
    if value is None or not math.isfinite(value):
        return DASH
    if value == 0 or 0.001 <= abs(value) < 1:
        return f"{value:.{digits}f}"
    if abs(value) < 0.001 or abs(value) >= 1e9:
        return f"{value:.{digits - 1}e}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{decimals}f}"


def alike(values: Sequence[float]) -> list[str]:
    """Numbers for one column, all with the decimals that give the largest three digits.

    Example:
        >>> alike([0.0612, -0.0004, 0.011])
        ['0.0612', '-0.0004', '0.0110']
    """
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest == 0 or largest >= 1e9 or largest < 1e-6:
        return [number(value) for value in values]
    decimals = max(0, 3 - math.ceil(math.log10(largest) - 1e-9))  # 1.000 goes with 0.995
    return [f"{value:,.{decimals}f}" if math.isfinite(value) else DASH for value in values]


def span(interval: Interval) -> str:
    """An interval, both ends with the same number of decimals.

    Example:
        >>> span((0.825, 0.8671))
        '0.825 – 0.867'
    """
    low, high = alike(interval)
    if low.startswith("-") or high.startswith("-"):
        return f"{low} to {high}"
    return f"{low} {DASH} {high}"


def count(value: float, noun: str, plural: str | None = None) -> str:
    """A count with its noun.

    Example:
        >>> count(1, "row"), count(4000, "row")
        ('1 row', '4,000 rows')
    """
    word = noun if value == 1 else plural or f"{noun}s"
    return f"{value:,.0f} {word}"


def duration(seconds: float | None) -> str:
    """Time in the unit that a person would choose.

    Example:
        >>> duration(0.004), duration(2.34), duration(95), duration(660), duration(7300)
        ('4 ms', '2.3 s', '95 s', '11 min', '2.0 h')
    """
    if seconds is None or not math.isfinite(seconds):
        return DASH
    if seconds < 0.1:
        return f"{seconds * 1000:.2g} ms" if seconds > 0 else "0 s"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def size(megabytes: float | None) -> str:
    """Memory or disk.

    Example:
        >>> size(0.02), size(91.4), size(2048)
        ('20 kB', '91 MB', '2.0 GB')
    """
    if megabytes is None or not math.isfinite(megabytes):
        return DASH
    if megabytes < 1:
        return f"{megabytes * 1000:.0f} kB"
    return f"{megabytes:.0f} MB" if megabytes < 1000 else f"{megabytes / 1024:.1f} GB"


def percent(share: float) -> str:
    """A share in percent, without pretending that it is certain.

    Example:
        >>> percent(0.654), percent(0.9991), percent(0.001)
        ('65 %', '> 99 %', '< 1 %')
    """
    if 0.995 <= share < 1:
        return "> 99 %"
    return "< 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def start_phrase(start: Start | None) -> str:
    """A start as a short label for tables.

    Example:
        >>> start_phrase(Transfer(checkpoints=("minilm",), part="embedding"))
        'Transfer, embedding'
    """
    match start:
        case None:
            return DASH
        case FineTune():
            method = "" if start.method == "full" else f", {start.method}"
            return f"FineTune {start.layers}{method}{_control(start)}"
        case Transfer():
            return f"Transfer, {start.part}{_control(start)}"
        case Direct():
            return "Direct, mapped labels" if start.labels else "Direct"
        case Scratch():
            return "Scratch"
        case _:
            assert_never(start)


def _control(start: FineTune | Transfer) -> str:
    return f", control: {start.control} weights" if start.control else ""


def start_sentence(start: Start) -> str:
    """How the model begins, as the rest of a sentence that names its family."""
    taken = " and ".join(start.checkpoints)
    match start:
        case Direct():
            mapped = f", its labels mapped by hand: {mapping_phrase(start.labels, most=2)}"
            return f"used as it is, with the weights of {taken}{mapped if start.labels else ''}"
        case FineTune():
            layers = {"head": "its head", "last": "its last layers", "all": "all layers"}
            return f"going on from {taken}, with {layers[start.layers]} trained"
        case Transfer(part="embedding"):
            return f"on frozen embeddings by {taken}"
        case Transfer(part="tensors"):
            return f"begun from what fits of {taken}"
        case Transfer():
            return f"with its {start.part} taken from {taken}"
        case Scratch():
            return "trained from scratch"
        case _:
            assert_never(start)


def task_phrase(task: Task) -> str:
    """What is asked, in a few words."""
    targets = ", ".join(visible(target, 60) for target in task.targets)
    match task.kind:
        case "classification":
            classes = [len(labels) for labels in task.classes]
            what = f"which of {classes[0]} classes" if len(classes) == 1 else "classes"
            return f"{what}: {targets}" if targets else what
        case "regression":
            return f"a number: {targets}"
        case "control":
            return "how to act, for the highest return"
        case _:
            return f"{task.kind.replace('_', ' ')}: {targets}" if targets else task.kind


def better(direction: Literal["up", "down"]) -> str:
    """Which way is better.

    Example:
        >>> better("down")
        'lower is better'
    """
    return "higher is better" if direction == "up" else "lower is better"


def unit_of(task: Task) -> str:
    """What a model learns from, counted: rows of a table, or steps in a world."""
    return "rows" if task.has_rows else "steps"
