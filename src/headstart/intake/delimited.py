"""Text tables: every cell is read as text by DuckDB, in a stream, and cast by our own rules.

DuckDB parses quickly, in order and in little memory, and names the rows that it cannot read. It is
told every detail of the dialect and casts nothing: a cast inside its reader would turn a word in a
column of numbers into a rejected row.

This module runs in a disposable child.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.errors import DataError, listed
from headstart.intake.casts import (
    DECIMAL_COMMA,
    TEXT,
    THOUSANDS,
    UNKNOWN,
    arrow_type,
    cast,
    told_apart,
)
from headstart.intake.layout import LONGEST_LINE, Layout, find_layout
from headstart.intake.opened import Opened
from headstart.intake.rejected import Rejected
from headstart.intake.unreadable import Unreadable, numbered, paint_over, swallowing

if TYPE_CHECKING:
    import pyarrow as pa

_CELLS_IN_BATCH = 3_000_000
_MOST_PASSES = 12


def write_typed(
    path: Path, out: Path, *, name: str, as_text: Sequence[str] = (), forgiving: bool = False
) -> Opened:
    """Cast a UTF-8 text table into the Arrow file `out`.

    Args:
        name: the name by which messages call the file.
        as_text: columns to leave as they are written.
        forgiving: go on where most rows cannot be read, as long as one can.

    Raises:
        DataError: it has no rows, or its rows do not fit its header.
    """
    layout, notes = find_layout(path)
    readings = [TEXT if each in as_text else UNKNOWN for each in layout.names]
    unreadable: dict[int, Unreadable] = {}
    for _ in range(_MOST_PASSES):
        found = _Pass(layout, out, readings)
        found.run()
        readings = found.readings
        fresh = [each for each in found.unreadable if each.position not in unreadable]
        unreadable |= {each.position: each for each in fresh}
        swallowed = swallowing(fresh)
        if swallowed:
            layout = paint_over(layout, swallowed, out.parent)
        elif found.is_whole:
            break
    rejected = numbered(unreadable.values(), layout, found.rows)
    _check_rows(name, layout, found.rows, rejected, most=None if forgiving else found.rows)
    return Opened(
        names=layout.names,
        rejected=rejected,
        notes=(*notes, *_notes(layout, found)),
        written=dict(zip(layout.names, map(told_apart, readings), strict=True)),
        comma_is_free=found.comma_is_free,
    )


class _Pass:
    """One way through the file: casts and writes while every column keeps its reading."""

    def __init__(self, layout: Layout, out: Path, readings: Sequence[str]) -> None:
        self.readings = list(readings)
        self.infinite = [0] * len(readings)
        self.rows = 0
        self.is_whole = True
        self.unreadable: tuple[Unreadable, ...] = ()
        self.comma_is_free = layout.dialect.delimiter == ";"
        self._layout, self._out = layout, out

    def run(self) -> None:
        """Read to the end; `is_whole` says whether the Arrow file holds all of it."""
        import pyarrow as pa

        batches = self._batches()
        first = next(batches, None)
        columns = self._cast(first) if first is not None else []
        schema = self._schema()
        with pa.OSFile(str(self._out), "wb") as file, pa.ipc.new_file(file, schema) as writer:
            if first is not None:
                writer.write_batch(pa.record_batch(columns, schema=schema))
            for batch in batches:
                columns = self._cast(batch)
                self.is_whole = self.is_whole and self._schema() == schema
                if self.is_whole:
                    writer.write_batch(pa.record_batch(columns, schema=schema))

    def _schema(self) -> pa.Schema:
        import pyarrow as pa

        return pa.schema(
            [
                pa.field(name, arrow_type(reading))
                for name, reading in zip(self._layout.names, self.readings, strict=True)
            ]
        )

    def _cast(self, batch: pa.RecordBatch) -> list[pa.Array]:
        self.rows += batch.num_rows
        arrays = []
        for number, texts in enumerate(batch.columns):
            before = self.readings[number]
            done = cast(texts, before, comma_is_free=self.comma_is_free)
            if done.reading != before and before != UNKNOWN:
                self.is_whole = False  # earlier batches were read in another way
            self.readings[number] = done.reading
            self.infinite[number] += done.infinite
            arrays.append(done.values)
        return arrays

    def _batches(self) -> Iterator[pa.RecordBatch]:
        import duckdb

        threads = min(4, os.cpu_count() or 1)
        config: dict[str, Any] = {"threads": threads, "memory_limit": "8GB"}
        with duckdb.connect(config=config) as connection:
            rows = max(1024, min(65_536, _CELLS_IN_BATCH // len(self._layout.names)))
            yield from connection.sql(_query(self._layout)).to_arrow_reader(rows)
            found = connection.execute(
                "SELECT line, line_byte_position, error_type, error_message, csv_line "
                "FROM reject_errors ORDER BY line_byte_position, byte_position"
            ).fetchall()
        self.unreadable = tuple(Unreadable.of(*each) for each in _one_a_row(found))


def _one_a_row(found: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The error that counts a row's values whole: one is kept for each value lacking or over."""
    by_position: dict[int, tuple[Any, ...]] = {}
    for each in found:
        position, kind = each[1], each[2]
        if position not in by_position or kind == "TOO MANY COLUMNS":
            by_position[position] = each
    yield from by_position.values()


def _query(layout: Layout) -> str:
    """The SELECT that reads every cell as text; columns are numbered, so names cannot clash."""
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(layout.names)))
    options = {
        "delim": layout.dialect.delimiter,
        "quote": layout.dialect.quote,
        "escape": layout.dialect.escape,
    }
    given = ", ".join(f"{key} = {_literal(value)}" for key, value in options.items())
    return (
        f"SELECT * FROM read_csv({_literal(str(layout.path))}, auto_detect = false, "
        f"columns = {{{columns}}}, {given}, header = {str(layout.has_header).lower()}, "
        f"skip = {layout.dialect.skip}, store_rejects = true, rejects_limit = 0, "
        f"strict_mode = true, max_line_size = {LONGEST_LINE})"
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _check_rows(
    name: str, layout: Layout, rows: int, rejected: tuple[Rejected, ...], most: int | None
) -> None:
    """Refuse a table without rows, without readable rows, or with more than `most` unreadable."""
    if rows == 0 and not rejected:
        raise DataError(
            f"{name} has a header and no rows ({listed(layout.names)}).",
            "A table needs rows below its line of names.",
        )
    if not rows or (most is not None and len(rejected) > most):
        first = rejected[0]
        raise DataError(
            f"{len(rejected):,} of {rows + len(rejected):,} rows of {name} cannot be read; "
            f"line {first.line}: {first.because}.",
            f"The header has {len(layout.names)} names; check the delimiter and the quotes.",
        )


def _notes(layout: Layout, found: _Pass) -> Iterator[str]:
    """What a person would want to know about how values were read."""
    by_reading = {
        DECIMAL_COMMA: "a comma is the decimal mark",
        THOUSANDS: "commas divide thousands",
    }
    for reading, meaning in by_reading.items():
        names = [n for n, r in zip(layout.names, found.readings, strict=True) if r == reading]
        if names:
            yield f"in {listed(names)} {meaning}"
    infinite = [n for n, count in zip(layout.names, found.infinite, strict=True) if count]
    if infinite:
        yield f"infinite numbers in {listed(infinite)} count as missing ({sum(found.infinite):,})"
    if layout.dialect.skip:
        yield f"{layout.dialect.skip} lines before the header are left out"
