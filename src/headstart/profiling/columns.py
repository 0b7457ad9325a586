"""Columns that say nothing: constants, identifiers, and those that are mostly empty."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from headstart.errors import listed
from headstart.profiling.association import rank_correlation
from headstart.profiling.finding import Finding
from headstart.profiling.sample import Sample
from headstart.records import ColumnFacts

_FEWEST_ROWS = 20
_NAMES_OF_IDENTIFIERS = frozenset(
    ("id", "ids", "uid", "uuid", "guid", "key", "identifier", "rownames", "rowid", "index")
)
_TIMES = frozenset(
    (
        *("date", "datetime", "time", "timestamp", "when", "created", "updated"),
        *("year", "month", "week", "day", "hour", "t"),
    )
)
_NOT_OF_THE_ROW = frozenset(("birth", "born", "dob", "birthday", "birthdate"))


def constants(columns: Sequence[ColumnFacts], rows: int) -> list[Finding]:
    """Input columns with one value, or none at all."""
    if rows < 2:
        return []
    empty = tuple(c.name for c in columns if _is_input(c) and c.missing == rows)
    same = tuple(c.name for c in columns if _is_input(c) and c.distinct == 1 and not c.missing)
    found = []
    if empty:
        found.append(_constant(empty, "no value in any row"))
    if same:
        found.append(_constant(same, "the same value in every row"))
    return found


def mostly_missing(columns: Sequence[ColumnFacts], rows: int) -> list[Finding]:
    """Input columns that are empty in more than half of the rows; they stay."""
    gaps = [c for c in columns if _is_input(c) and rows / 2 < c.missing < rows]
    if not gaps:
        return []
    worst = max(gaps, key=lambda column: column.missing)
    names = tuple(column.name for column in gaps)
    if len(gaps) == 1:
        because = f"{listed(names)} is empty in {worst.missing / rows:.0%} of the rows."
    else:
        because = (
            f"{listed(names)} are empty in more than half of the rows "
            f"(`{worst.name}` in {worst.missing / rows:.0%})."
        )
    because += " Families take a missing value as a fact of its own; no row is dropped for it."
    return [Finding(kind="missing", because=because, columns=names)]


def identifiers(sample: Sample, columns: Sequence[ColumnFacts], rows: int) -> list[Finding]:
    """Columns that name the row: another value in each one, or a running number."""
    if rows < _FEWEST_ROWS:
        return []
    numbers = {values.name: values.numbers for values in sample.inputs}
    found = []
    for column in columns:
        if _is_input(column) and is_identifier(column, numbers.get(column.name), rows):
            because = (
                f"`{column.name}` has another value in each of the {rows:,} rows: "
                "it names the row and says nothing about the next one."
                if column.distinct == rows
                else f"`{column.name}` has {column.distinct:,} different values "
                f"in {rows:,} rows: it names things and does not describe them."
            )
            found.append(
                Finding(kind="identifier", because=because, columns=(column.name,), role="ignored")
            )
    return found


def is_identifier(column: ColumnFacts, numbers: np.ndarray | None, rows: int) -> bool:
    """Whether a column names its row.

    Args:
        numbers: the column's values in the sample, or None where they are no numbers.
    """
    if numbers is not None and names_a_time(column.name):
        return False
    if column.modality == "identifier":
        return True
    if column.distinct < rows or rows < _FEWEST_ROWS:
        return False
    if column.modality == "category":
        return True
    if column.modality != "number" or numbers is None or not np.all(numbers == np.rint(numbers)):
        return False
    is_running = column.high is not None and column.low is not None
    is_running = is_running and column.high - column.low == rows - 1  # type: ignore[operator]
    return is_running or bool(set(name_words(column.name)) & _NAMES_OF_IDENTIFIERS)


def names_a_time(name: str) -> bool:
    """Whether a column's name speaks of the time of the row; a birthday is not one.

    Example:
        >>> [names_a_time(name) for name in ("Year", "created_at", "birth_date", "times_seen")]
        [True, True, False, False]
    """
    words = set(name_words(name))
    return bool(words & _TIMES) and not words & _NOT_OF_THE_ROW


def is_in_order(numbers: np.ndarray) -> bool:
    """Whether a number rises, or falls, down the whole file; one step in fifty may go back."""
    steps = np.diff(numbers)
    ups, downs = int((steps > 0).sum()), int((steps < 0).sum())
    if ups + downs == 0 or min(ups, downs) > 0.02 * (ups + downs):
        return False
    return abs(rank_correlation(numbers, np.arange(len(numbers)))) > 0.95


def name_words(name: str) -> list[str]:
    """The words of a column's name in lower case.

    Example:
        >>> name_words("PatientID"), name_words("time_of_day-2")
        (['patient', 'id'], ['time', 'of', 'day', '2'])
    """
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    return [part.lower() for part in parts]


def _constant(names: tuple[str, ...], what: str) -> Finding:
    has = "has" if len(names) == 1 else "have"
    return Finding(
        kind="constant", because=f"{listed(names)} {has} {what}.", columns=names, role="ignored"
    )


def _is_input(column: ColumnFacts) -> bool:
    return column.role == "input"
