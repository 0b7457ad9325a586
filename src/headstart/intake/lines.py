"""Files with one JSON object a line; a line that is none is rejected and reading goes on.

This module runs in a disposable child.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.errors import DataError
from headstart.intake.headers import unique_names
from headstart.intake.opened import Opened
from headstart.intake.rejected import Rejected

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS_IN_BATCH = 20_000
_MOST_LETTERS = 2_000


def write_typed(path: Path, out: Path, *, name: str, forgiving: bool = False) -> Opened:
    """Write the fields of all objects as columns to the Arrow file `out`.

    A field that some objects lack is missing there. Where a field holds words in one object and
    numbers in another, all of it is text; an object within a field is text too, as JSON.

    Args:
        forgiving: go on where most lines cannot be read, as long as one can.

    Raises:
        DataError: there are no objects, or most lines are none.
    """
    import pyarrow as pa

    kinds: dict[str, set[str]] = {}
    rejected: list[Rejected] = []
    rows = 0
    for row in _objects(path, rejected):
        rows += 1
        for key, value in row.items():
            kinds.setdefault(key, set()).add(_kind(value))
    _check(name, rows, rejected, most=None if forgiving else rows - 1)
    schema = pa.schema([(key, _arrow_type(found)) for key, found in kinds.items()])
    with pa.OSFile(str(out), "wb") as file, pa.ipc.new_file(file, schema) as writer:
        for batch in _batches(_objects(path, [])):
            writer.write_batch(_record_batch(batch, schema))
    names, notes = unique_names(list(kinds))
    return Opened(names=names, rejected=tuple(rejected), notes=notes)


def _objects(path: Path, rejected: list[Rejected]) -> Iterator[dict[str, Any]]:
    row = 0
    with open(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            text = line.decode("utf-8-sig", errors="replace").strip()
            try:
                found = json.loads(text)
            except (ValueError, RecursionError) as error:
                found, because = None, f"it is no JSON: {error}"
            else:
                because = "it is no JSON object such as {...}"
            if isinstance(found, dict):
                yield found
            else:
                content = text[:_MOST_LETTERS]
                rejected.append(Rejected(row=row, line=number, because=because, content=content))
            row += 1


def _check(name: str, rows: int, rejected: list[Rejected], most: int | None) -> None:
    hint = "A .jsonl file has one JSON object a line, such as {...}."
    if rejected and (not rows or (most is not None and len(rejected) > most)):
        first = rejected[0]
        raise DataError(
            f"{len(rejected):,} of {rows + len(rejected):,} lines of {name} cannot be read; "
            f"line {first.line}: {first.because}.",
            hint,
        )
    if not rows:
        raise DataError(f"{name} has no rows.", hint)


def _kind(value: Any) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int):
        return "integer" if -(2**63) <= value < 2**63 else "number"
    if isinstance(value, float):
        return "number"
    if isinstance(value, list) and value and all(_is_number(each) for each in value):
        return "list"
    return "text"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _arrow_type(kinds: set[str]) -> pa.DataType:
    import pyarrow as pa

    found = kinds - {"missing"}
    if found == {"integer"}:
        return pa.int64()
    if found <= {"integer", "number"}:
        return pa.float64()
    return pa.list_(pa.float64()) if found == {"list"} else pa.string()


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _ROWS_IN_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _record_batch(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    from headstart.intake.arrays import finite
    from headstart.intake.halves import array_of

    arrays = []
    for field in schema:
        values = [row.get(field.name) for row in rows]
        if field.type == pa.string():
            values = [None if value is None else _text(value) for value in values]
        array = array_of(values, field.type)
        arrays.append(finite(array) if field.type == pa.float64() else array)
    return pa.record_batch(arrays, schema=schema)


def _text(value: Any) -> str:
    return (
        value
        if isinstance(value, str)
        else str(value)
        if not isinstance(value, dict | list)
        else json.dumps(value)
    )
