"""Rows that belong together: several of one patient, user, recording.

Split at random, a model recognises the patient instead of the illness. Two kinds of evidence are
asked for: the column's name says that it names somebody or something, and rows with one value
resemble each other in the target or in the other inputs far more than by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from headstart.profiling.association import explained_by_value, resemblance
from headstart.profiling.columns import name_words
from headstart.profiling.finding import Finding
from headstart.profiling.sample import (
    MOST_ROWS,
    Sample,
    Values,
    as_text,
    column_values,
    sample_at,
)
from headstart.records import ColumnFacts, Split, Table, Task

_NAMES = frozenset(
    (
        *("account", "customer", "client", "user", "member", "visitor", "driver", "employee"),
        *("patient", "subject", "participant", "respondent", "volunteer", "donor", "case"),
        *("person", "individual", "household", "family", "passenger", "child", "pupil", "student"),
        *("animal", "mouse", "athlete", "player", "speaker", "author"),
        *("group", "session", "recording", "video", "clip", "scene", "experiment"),
    )
)
_SUFFIXES = frozenset(("id", "ids", "uid", "key", "code", "no", "nr", "num", "number", "idx"))
_ALONE = frozenset(("id", "ids", "uid"))
_FEWEST_GROUPS = 10
_FEWEST_ROWS = 40
_MOST_ROWS_A_GROUP = 500
_LEAST_ROWS_A_GROUP = 1.3
_ALIKE = 0.1
_ALIKE_INPUT = 0.5
_BEYOND_CHANCE = 3


def declared_group(table: Table) -> Finding | None:
    """The column that the person named as the group."""
    names = table.names("group")
    if not names:
        return None
    because = f"`{names[0]}` was named as the group."
    split = Split(kind="grouped", column=names[0])
    return Finding(kind="groups", because=because, columns=names[:1], role="group", split=split)


def found_group(table: Table, task: Task, columns: Sequence[ColumnFacts]) -> Finding | None:
    """The input column that names groups of rows which resemble each other, or None.

    Of several the one with the largest groups counts, because smaller ones lie within it.
    """
    named = [c for c in columns if _may_name_groups(c, len(table))]
    for column in sorted(named, key=lambda column: (column.distinct, column.name)):
        likeness = _likeness(_sample_of_groups(table, task, column.name), column.name)
        if likeness:
            rows = len(table) / column.distinct
            because = (
                f"`{column.name}` has {column.distinct:,} values with {rows:.3g} rows each, and "
                f"{likeness}: the rows are not independent."
            )
            return Finding(
                kind="groups",
                because=because,
                columns=(column.name,),
                role="group",
                split=Split(kind="grouped", column=column.name),
            )
    return None


def one_group(
    named: Finding | None, leaks: Sequence[Finding], columns: Sequence[ColumnFacts]
) -> tuple[list[Finding], list[Finding]]:
    """The one group that rows are split by, and the leaks.

    Columns with one answer for each of many values are groups as well; the coarsest of them counts
    if no column is named like a group, and the others give the answer away.
    """
    distinct = {column.name: column.distinct for column in columns}
    found = [leak for leak in leaks if leak.kind == "groups"]
    found.sort(key=lambda leak: distinct[leak.columns[0]])
    chosen = ([named] if named else []) or found[:1]
    others = [
        replace(leak, kind="leak", role="ignored", split=None) if leak.kind == "groups" else leak
        for leak in leaks
        if leak not in chosen
    ]
    return chosen, others


def names_a_group(name: str) -> bool:
    """Whether a column's name says that it names somebody or something that has several rows.

    Example:
        >>> [names_a_group(name) for name in ("patient", "UserID", "subject_no", "id", "age_group")]
        [True, True, True, True, False]
    """
    words = [word[:-1] if word.endswith("s") else word for word in name_words(name)]
    words = [word for word in words if word not in _SUFFIXES and not word.isdigit()]
    if not words:
        return bool(set(name_words(name)) & _ALONE)
    only = words[0] if len(words) == 1 else ""
    return only in _NAMES or any(only == noun + end for noun in _NAMES for end in ("id", "no"))


def _may_name_groups(column: ColumnFacts, rows: int) -> bool:
    if column.role != "input" or column.modality not in ("number", "category", "identifier"):
        return False
    if column.distinct < _FEWEST_GROUPS or rows < _FEWEST_ROWS or column.missing > rows / 2:
        return False
    size = (rows - column.missing) / column.distinct
    return _LEAST_ROWS_A_GROUP <= size <= _MOST_ROWS_A_GROUP and names_a_group(column.name)


def _sample_of_groups(table: Table, task: Task, name: str) -> Sample:
    """All rows of as many groups as give about 20,000 rows."""
    rows = np.arange(len(table), dtype=np.int64)
    if len(table) > MOST_ROWS:
        encoded = as_text(table.values(name)).dictionary_encode().combine_chunks()
        codes = encoded.indices.fill_null(0).to_numpy(zero_copy_only=False)
        groups = len(encoded.dictionary)
        chosen = np.random.default_rng(0).random(groups) < MOST_ROWS / len(table)
        rows = np.flatnonzero(chosen[codes])
    return sample_at(table, task, rows)


def _likeness(sample: Sample, name: str) -> str:
    """In what rows of one group are alike, in words; empty if chance explains it."""
    table = sample.table
    group = column_values(table.column(name), table.values(name).take(sample.rows))
    if group.numbers is not None and not np.all(group.numbers[group.filled] % 1 == 0):
        return ""
    rows = np.flatnonzero(group.filled)
    if len(rows) < _FEWEST_ROWS:
        return ""
    codes = group.codes[rows]
    shuffled = np.random.default_rng(0).permutation(codes)
    for target in sample.targets:
        answer = target.classes if target.classes is not None else target.numbers
        if _far_more(codes, shuffled, answer[rows], _ALIKE):
            return f"rows of one `{name}` resemble each other in `{target.name}`"
    alike = [
        values.name
        for values in sample.inputs
        if values.name != name and _far_more(codes, shuffled, _answer(values)[rows], _ALIKE_INPUT)
    ]
    return f"rows of one `{name}` resemble each other in `{alike[0]}`" if alike else ""


def _answer(values: Values) -> np.ndarray:
    """What a column says: numbers with the mean for a missing one, or codes."""
    if values.numbers is None:
        return values.filled_codes
    if not values.filled.any():
        return np.zeros(len(values.codes))
    return np.where(values.filled, values.numbers, np.nanmean(values.numbers))


def _far_more(codes: np.ndarray, shuffled: np.ndarray, answer: np.ndarray, least: float) -> bool:
    measure = explained_by_value if answer.dtype.kind == "f" else resemblance
    if not np.all(np.isfinite(answer)):
        return False
    chance = max(0.0, measure(shuffled, answer)) + 1 / np.sqrt(len(codes))
    return measure(codes, answer) >= max(least, _BEYOND_CHANCE * chance)
