"""Read a table from wherever it is: nothing is dropped but rows that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from headstart.intake.casts import code_width
from headstart.intake.rejected import Rejected
from headstart.intake.requests import AS_WRITTEN, check_names, check_words, described
from headstart.intake.sources import Source, open_source
from headstart.records import Table

if TYPE_CHECKING:
    import pyarrow as pa

_NO_WORDS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A table as it was read, before anything is asked of it.

    Attributes:
        source: what messages and reports call it.
        fingerprint: SHA-256 of the file's bytes, or of a frame's values.
        rejected: rows that could not be read; their numbers are missing from `data.row_ids`.
        notes: sentences on how it was read that a person should see.
    """

    data: Table
    source: str
    fingerprint: str
    rejected: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = ()


def read(source: Any, *, columns: Mapping[str, str] = _NO_WORDS) -> Reading:
    """Read a file or a frame into a typed table.

    Args:
        source: a path of a .csv, .tsv, .txt, .parquet, .feather, .arrow or .jsonl file (its content
            decides, not its name), or a pandas, polars or Arrow frame.
        columns: words on single columns: a modality, or `group`, `item`, `weight`, `ignored`.

    Raises:
        AskError: a word or a column of `columns` is not known, or the source is no table.
        DataError: the file is missing, damaged, empty, or not a table.
    """
    check_words(columns)
    as_text = [name for name, word in columns.items() if word in AS_WRITTEN]
    opened = open_source(source, as_text=as_text)
    check_names(columns, opened.arrow.column_names, opened.name)
    table = _table(opened, columns)
    return Reading(
        data=table,
        source=opened.place,
        fingerprint=opened.fingerprint or _fingerprint(table),
        rejected=opened.rejected,
        notes=opened.notes,
    )


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
