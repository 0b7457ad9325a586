"""Frames in memory: pandas, polars, Arrow and whatever else narwhals knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart.errors import AskError, DataError, listed
from headstart.intake.arrays import plain_array
from headstart.intake.halves import array_of
from headstart.intake.headers import unique_names

if TYPE_CHECKING:
    import pyarrow as pa


def from_frame(frame: Any) -> tuple[pa.Table, tuple[str, ...]]:
    """The values of a frame in the types of a `Table`, and notes; the frame stays unchanged.

    Raises:
        AskError: it is no frame that narwhals knows.
        DataError: it has no rows or no columns, or a column that no table can hold.
    """
    import pyarrow as pa

    arrow = _arrow(frame)
    if not arrow.num_columns or not arrow.num_rows:
        what = "columns" if not arrow.num_columns else "rows"
        raise DataError(f"the frame has no {what}.", "A table needs columns and rows.")
    names, notes = unique_names(arrow.column_names)
    columns = [plain_array(column) for column in arrow.columns]
    strange = [name for name, column in zip(names, columns, strict=True) if column is None]
    if len(strange) == len(names):
        raise DataError(f"no column of the frame can be read: {listed(strange)}.")
    if strange:
        notes = (*notes, f"{listed(strange)} are left out: no model reads such values")
    kept = {name: column for name, column in zip(names, columns, strict=True) if column is not None}
    return pa.table(kept), notes


def _arrow(frame: Any) -> pa.Table:
    import narwhals as nw
    import pyarrow as pa

    if isinstance(frame, pa.Table):
        return frame
    try:
        known = nw.from_native(frame)
    except TypeError:
        raise AskError(
            f"an object of type {type(frame).__name__} is not a table.",
            "Give the path of a file, or a pandas, polars or Arrow frame.",
        ) from None
    if isinstance(known, nw.LazyFrame):
        known = known.collect()
    try:
        return _without_index(known.to_arrow())
    except UnicodeEncodeError:
        return _without_halves(known)
    except (pa.ArrowException, TypeError) as error:
        raise DataError(
            f"a column of the frame mixes values of several types: {str(error)[:200]}",
            "Give each column one type, for example with .astype(str).",
        ) from None


def _without_halves(known: Any) -> pa.Table:
    """The frame column by column, where a text has a half of a sign in it."""
    import pyarrow as pa

    columns = []
    for name in known.columns:
        try:
            columns.append(known.get_column(name).to_arrow())
        except UnicodeEncodeError:
            columns.append(array_of(known.get_column(name).to_list()))
    return pa.table(columns, names=known.columns)


def _without_index(arrow: pa.Table) -> pa.Table:
    """A pandas index says which row is which; it is no column to learn from."""
    index = (arrow.schema.pandas_metadata or {}).get("index_columns", [])
    return arrow.drop_columns([name for name in index if isinstance(name, str)])


def like(table: pa.Table, frame: Any) -> Any:
    """An Arrow table as a frame of the same kind as another one."""
    import narwhals as nw
    import pyarrow as pa

    if isinstance(frame, pa.Table):
        return table
    kind = nw.from_native(frame).implementation
    return nw.DataFrame.from_arrow(table, backend=kind).to_native()
