"""Read another source as the first one was read: an answer is wanted for every row of it.

Columns match by name. A cell that does not fit becomes a missing value, an absent column holds
nothing but missing values, an additional one is left out; only a row that is no row is rejected.
All of it is counted and said.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from headstart.errors import DataError, listed
from headstart.intake.cells import absent, fitted
from headstart.intake.modalities import modality
from headstart.intake.reading import Reading
from headstart.intake.rejected import in_order
from headstart.intake.screening import screen
from headstart.intake.sources import Source, open_source
from headstart.records import Column, Table

_MOST_NOTES = 8


def read_as(
    source: Any,
    columns: Sequence[Column],
    *,
    known: Collection[str] = (),
    place: Path | None = None,
) -> Reading:
    """The rows of a source as the columns of another one.

    Args:
        source: a path or a frame, as `read` takes it. Where the one column of pictures or texts
            bears another name, it counts as that of the contract.
        columns: what the rows are read as. Only inputs may be absent.
        known: further columns that may be there and are not spoken of.
        place: the folder that archives are unpacked below, as in `read`.

    Returns:
        A table of these columns in their order; its rows keep their numbers in the source.
        Rows with a picture that cannot be decoded are rejected.

    Raises:
        AskError: the source is no table.
        DataError: the file is missing, damaged or empty, or it has none of the input columns.
    """
    as_text = [column.name for column in columns if column.modality != "identifier"]
    opened = open_source(source, as_text=as_text, forgiving=True, place=place)
    opened = _under_known_names(opened, columns)
    there = set(opened.arrow.column_names)
    _check_inputs(opened, columns)
    kept = [column for column in columns if column.name in there or column.role == "input"]
    table, unread = _table(opened, kept)
    gone = [column.name for column in kept if column.name not in there]
    names = {*known, *(column.name for column in columns)}
    extra = [name for name in opened.arrow.column_names if name not in names]
    seen = screen(table)
    notes = (*_shortened(unread), *_about_columns(gone, extra), *_about_rows(opened), *seen.notes)
    return Reading(
        data=seen.table,
        source=opened.place,
        fingerprint=opened.fingerprint,
        rejected=in_order(opened.rejected, seen.rejected),
        notes=(*opened.notes, *notes),
        files=opened.files,
        pictures=seen.facts,
    )


def _under_known_names(opened: Source, columns: Sequence[Column]) -> Source:
    """The one column of pictures, or of texts of a folder, under the name that training had."""
    names = opened.arrow.column_names
    for kind in ("image", "text"):
        wanted = [c.name for c in columns if c.modality == kind and c.role == "input"]
        if len(wanted) != 1 or wanted[0] in names:
            continue
        found = [name for name, word in opened.words.items() if word == kind]
        if not found and kind == "image":
            found = [n for n in names if modality(n, opened.arrow.column(n)) == kind]
        if len(found) == 1:
            renamed = [wanted[0] if name == found[0] else name for name in names]
            note = f"`{found[0]}` is read as `{wanted[0]}`"
            notes = opened.notes if opened.files else (*opened.notes, note)
            return replace(opened, arrow=opened.arrow.rename_columns(renamed), notes=notes)
    return opened


def _table(opened: Source, columns: Sequence[Column]) -> tuple[Table, list[str]]:
    """The columns of the contract, and a sentence for each that has cells which do not fit."""
    arrow, notes = opened.arrow.select([]), []
    for column in columns:
        if column.name not in opened.arrow.column_names:
            arrow = arrow.append_column(column.name, absent(opened.arrow.num_rows, column))
            continue
        values = opened.arrow.column(column.name)
        found = fitted(values, column, comma_is_free=opened.comma_is_free)
        arrow = arrow.append_column(column.name, found.values)
        notes += [found.note(column)] if found.unread else []
    table = Table(
        columns=tuple(columns),
        arrow=arrow,
        row_ids=opened.row_ids(),
        media_root=opened.media_root,
    )
    return table, notes


def _check_inputs(opened: Source, columns: Sequence[Column]) -> None:
    inputs = [column.name for column in columns if column.role == "input"]
    if inputs and not set(inputs) & set(opened.arrow.column_names):
        raise DataError(
            f"{opened.name} has none of the {len(inputs)} columns that the model reads: "
            f"{listed(inputs)}. It has {listed(opened.arrow.column_names)}.",
            "Name the columns as in training; single ones may be absent or empty.",
        )


def _shortened(notes: Sequence[str]) -> list[str]:
    if len(notes) <= _MOST_NOTES:
        return list(notes)
    more = f"{len(notes) - _MOST_NOTES + 1} more columns have cells that are taken as missing"
    return [*notes[: _MOST_NOTES - 1], more]


def _about_columns(gone: Sequence[str], extra: Sequence[str]) -> list[str]:
    notes = []
    if gone:
        are = "is absent: its values are" if len(gone) == 1 else "are absent: their values are"
        notes.append(f"{listed(gone)} {are} taken as missing in every row")
    if extra:
        notes.append(f"{listed(extra)} {'is' if len(extra) == 1 else 'are'} not used")
    return notes


def _about_rows(opened: Source) -> list[str]:
    if not opened.rejected or opened.files:  # of a folder it was said
        return []
    first, count = opened.rejected[0], len(opened.rejected)
    rows = "1 row" if count == 1 else f"{count:,} rows"
    return [f"{rows} cannot be read ({first.where}: {first.because})"]
