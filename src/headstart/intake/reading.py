"""Read a table from wherever it is: nothing is dropped but rows that cannot be read.

The pictures of its rows are looked at as well: each is decoded once, and rows with one that cannot
be decoded are rejected with the reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from headstart.errors import DataError
from headstart.intake.casts import code_width
from headstart.intake.rejected import Rejected, in_order
from headstart.intake.requests import AS_WRITTEN, check_names, check_words, described
from headstart.intake.screening import Screened, screen, with_pictures_there
from headstart.intake.sources import Source, open_source
from headstart.records import Table
from headstart.records.profile import PictureFacts

if TYPE_CHECKING:
    import pyarrow as pa

_NO_WORDS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A table as it was read, before anything is asked of it.

    Attributes:
        source: what messages and reports call it.
        fingerprint: SHA-256 of the file's bytes, or of the values; with pictures, of their bytes
            as well.
        rejected: rows that could not be read; their numbers are missing from `data.row_ids`.
        notes: sentences on how it was read that a person should see.
        target: the column of classes, where folders are classes; else empty.
        files: of a folder, the path of the file of each row of the source, in order; else empty.
        pictures: what the pictures of each image column are like.
    """

    data: Table
    source: str
    fingerprint: str
    rejected: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    pictures: Mapping[str, PictureFacts] = field(default_factory=dict)


def read(
    source: Any, *, columns: Mapping[str, str] = _NO_WORDS, place: Path | None = None
) -> Reading:
    """Read a file, a folder, an archive or a frame into a typed table.

    Args:
        source: a path of a .csv, .tsv, .txt, .parquet, .feather, .arrow or .jsonl file (its content
            decides, not its name); of a folder of pictures or texts, or a .zip or .tar archive of
            one: `class/file`, or files beside a `metadata.csv` with a column `file_name`; or a
            pandas, polars or Arrow frame.
        columns: words on single columns: a modality, or `group`, `item`, `weight`, `ignored`.
        place: the folder that archives are unpacked below; it belongs to the caller, who needs it
            as long as the pictures. Without one it is there until the process ends.

    Raises:
        AskError: a word or a column of `columns` is not known, or the source is no table.
        DataError: the file is missing, damaged, empty, or not a table.
    """
    check_words(columns)
    as_text = [name for name, word in columns.items() if word in AS_WRITTEN]
    opened = open_source(source, as_text=as_text, place=place)
    check_names(columns, opened.arrow.column_names, opened.name)
    words = {**opened.words, **columns}
    table, notes = with_pictures_there(_table(opened, words), frozenset(words))
    seen = screen(table)
    if not len(seen.table):
        raise _nothing_left(opened, seen)
    return Reading(
        data=seen.table,
        source=opened.place,
        fingerprint=_with_pictures(opened.fingerprint or _fingerprint(table), seen),
        rejected=in_order(opened.rejected, seen.rejected),
        notes=(*opened.notes, *notes, *seen.notes),
        target=opened.target,
        files=opened.files,
        pictures=seen.facts,
    )


def _nothing_left(opened: Source, seen: Screened) -> DataError:
    first = seen.rejected[0]
    return DataError(
        f"none of the {len(seen.rejected):,} pictures in {opened.name} can be read; "
        f"`{first.content}`: {first.because}.",
        "Paths are relative to the folder of their table, or to the folder that you named.",
    )


def _with_pictures(fingerprint: str, seen: Screened) -> str:
    """The fingerprint of a table and of the pictures that it names."""
    if not seen.digest:
        return fingerprint
    return hashlib.sha256(f"{fingerprint}\0{seen.digest}".encode()).hexdigest()


def _table(opened: Source, columns: Mapping[str, str]) -> Table:
    import pyarrow as pa

    from headstart.intake.arrays import texts_as_times

    written, arrays = dict(opened.written), []
    for name, values in zip(opened.arrow.column_names, opened.arrow.columns, strict=True):
        if columns.get(name) not in AS_WRITTEN:
            values, found = texts_as_times(values)
            written[name] = found or written.get(name, "")
        written[name] = written.get(name) or _form(values)
        arrays.append(values)
    arrow, found_columns = described(pa.table(arrays, names=opened.arrow.column_names), columns)
    return Table(
        columns=tuple(replace(each, written=written.get(each.name, "")) for each in found_columns),
        arrow=arrow,
        row_ids=opened.row_ids(),
        media_root=opened.media_root,
    )


def _form(values: pa.ChunkedArray) -> str:
    """`time` for timestamps that no text wrote, `digits:3` for codes such as 007; else nothing."""
    import pyarrow.types as types

    if types.is_timestamp(values.type):
        return "time"
    width = code_width(values) if types.is_string(values.type) else 0
    return f"digits:{width}" if width else ""


def _fingerprint(table: Table) -> str:
    from headstart.intake.fingerprints import fingerprint

    return fingerprint(table)
