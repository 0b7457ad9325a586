"""Parquet and Arrow files, brought batch by batch into the types of a `Table`.

This module runs in a disposable child: a small damaged or hostile file can ask for any amount of
memory while it is unpacked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.errors import DataError, listed
from headstart.intake.arrays import plain_array
from headstart.intake.headers import unique_names
from headstart.intake.opened import Opened

if TYPE_CHECKING:
    import pyarrow as pa

_CELLS_IN_BATCH = 3_000_000
_UNNAMED_INDEX = "__index_level_"  # what pandas calls row labels without a name


def write_typed(path: Path, kind: str, out: Path, *, name: str) -> Opened:
    """Write the columns that a table can hold to the Arrow file `out`.

    Raises:
        DataError: the file is damaged, or holds no rows or no usable column.
    """
    import pyarrow as pa

    try:
        schema, batches = _open(path, kind)
        names, notes = unique_names(schema.names)
        rows, left_out = _write(batches, names, schema, out)
    except (pa.ArrowException, OSError) as error:
        what = str(error).splitlines()[0][:200]
        raise DataError(f"{name} is damaged: {what}", "Write or download the file again.") from None
    if rows == 0:
        raise DataError(f"{name} has columns and no rows ({listed(names)}).", "A table needs rows.")
    kept = tuple(pa.ipc.open_file(pa.memory_map(str(out))).schema.names)
    if left_out:
        notes = (*notes, f"{listed(left_out)} are left out: no model reads such values")
    return Opened(names=kept, notes=notes)


def _open(path: Path, kind: str) -> tuple[pa.Schema, Iterator[Any]]:
    import pyarrow as pa

    if kind == "parquet":
        import pyarrow.parquet as parquet

        file = parquet.ParquetFile(path)
        rows = max(1024, min(65_536, _CELLS_IN_BATCH // max(1, len(file.schema_arrow))))
        return file.schema_arrow, file.iter_batches(batch_size=rows)
    with open(path, "rb") as stream:
        is_file = stream.read(6) == b"ARROW1"
    source = pa.OSFile(str(path))
    if not is_file:
        reader = pa.ipc.open_stream(source)
        return reader.schema, iter(reader)
    opened = pa.ipc.open_file(source)
    batches = (opened.get_batch(number) for number in range(opened.num_record_batches))
    return opened.schema, batches


def _write(
    batches: Iterator[Any], names: tuple[str, ...], schema: pa.Schema, out: Path
) -> tuple[int, list[str]]:
    """Write every batch; how many rows there were, and the columns that no table can hold."""
    import pyarrow as pa

    plain = {
        name: array.type
        for name, kind in zip(names, schema.types, strict=True)
        if (array := plain_array(pa.array([], kind))) is not None
        and not name.startswith(_UNNAMED_INDEX)
    }
    if not plain:
        raise DataError(
            f"no column can be read: {listed(names)} hold {listed(map(str, schema.types))} values.",
            "Headstart reads numbers, texts, truth values, dates and lists of numbers.",
        )
    rows = 0
    written = pa.schema(list(plain.items()))
    with pa.OSFile(str(out), "wb") as file, pa.ipc.new_file(file, written) as writer:
        for batch in batches:
            arrays = dict(zip(names, batch.columns, strict=True))
            columns = [plain_array(arrays[name]) for name in plain]
            writer.write_batch(pa.record_batch(columns, schema=written))
            rows += batch.num_rows
    left_out = [name for name in names if name not in plain]
    return rows, [name for name in left_out if not name.startswith(_UNNAMED_INDEX)]
