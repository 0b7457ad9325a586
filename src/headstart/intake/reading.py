"""Read a table from wherever it is: nothing is dropped but rows that cannot be read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from headstart.errors import DataError, nearest
from headstart.intake import opening
from headstart.intake.opened import Opened, opened_from_plain
from headstart.intake.rejected import Rejected
from headstart.intake.requests import AS_WRITTEN, check_names, check_words, described
from headstart.processes.libraries import lean_arrow
from headstart.records import Table

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_NO_WORDS: Mapping[str, str] = MappingProxyType({})
_SECONDS = 600.0
_MEGABYTES = 1500.0  # besides as many bytes as the file has, for rows that are very wide


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
    lean_arrow()
    if isinstance(source, str | os.PathLike):
        return _read_file(Path(source), columns)
    from headstart.intake.fingerprints import fingerprint
    from headstart.intake.frames import from_frame

    arrow, notes = from_frame(source)
    check_names(columns, arrow.column_names, "the frame")
    table = _table(arrow, columns, rejected=())
    return Reading(data=table, source="the frame", fingerprint=fingerprint(table), notes=notes)


def _read_file(path: Path, columns: Mapping[str, str]) -> Reading:
    _check_there(path)
    with tempfile.TemporaryDirectory(prefix="headstart-") as folder:
        opened = _opened_in_child(path, Path(folder), columns)
        # The mapping outlives the file's name, so nothing stays behind in the folder.
        arrow = _mapped(Path(folder) / opening.VALUES)
    check_names(columns, opened.names, path.name)
    table = _table(arrow, columns, opened.rejected, media_root=path.resolve().parent)
    return Reading(
        data=table,
        source=str(path),
        fingerprint=opened.fingerprint,
        rejected=opened.rejected,
        notes=opened.notes,
    )


def _check_there(path: Path) -> None:
    if path.is_dir():
        raise DataError(
            f"{path} is a folder, and folders of pictures, recordings or texts are not read yet.",
            "Name one table inside it, such as a .csv or .parquet file.",
        )
    if path.is_file():
        return
    if path.exists():
        raise DataError(f"{path} is no regular file.", "Save the data to a file first.")
    folder = path.parent
    if not folder.is_dir():
        raise DataError(f"there is no file {path}: there is no folder {folder} either.")
    there = sorted(each.name for each in folder.iterdir() if each.is_file())
    place = "the working folder" if str(folder) == "." else str(folder)
    raise DataError(
        f"there is no file `{path.name}` in {place}. {nearest(path.name, there)}".strip()
    )


def _opened_in_child(path: Path, folder: Path, columns: Mapping[str, str]) -> Opened:
    from headstart.processes import children

    as_text = [name for name, word in columns.items() if word in AS_WRITTEN]
    outcome = children.run(
        "headstart.intake.opening:open_file",
        {"path": str(path.resolve()), "folder": str(folder), "as_text": as_text},
        seconds=_SECONDS,
        megabytes=_MEGABYTES + path.stat().st_size / 1e6,
    )
    if outcome.status != "ok":
        raise DataError(
            f"{path.name} cannot be read: {outcome.because}.",
            "The file may be damaged, or too large for this machine.",
        )
    return opened_from_plain(outcome.value)


def _mapped(path: Path) -> pa.Table:
    import pyarrow as pa

    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def _table(
    arrow: pa.Table,
    columns: Mapping[str, str],
    rejected: tuple[Rejected, ...],
    media_root: Path | None = None,
) -> Table:
    from headstart.intake.arrays import texts_as_times

    arrays = [
        values if columns.get(name) in AS_WRITTEN else texts_as_times(values)
        for name, values in zip(arrow.column_names, arrow.columns, strict=True)
    ]
    import pyarrow as pa

    arrow, found = described(pa.table(arrays, names=arrow.column_names), columns)
    row_ids = _row_ids(len(arrow), rejected)
    return Table(columns=found, arrow=arrow, row_ids=row_ids, media_root=media_root)


def _row_ids(rows: int, rejected: tuple[Rejected, ...]) -> np.ndarray:
    """Numbers of the readable rows in the source, int64."""
    import numpy as np

    readable = np.ones(rows + len(rejected), dtype=bool)
    readable[[each.row for each in rejected]] = False
    return np.flatnonzero(readable).astype(np.int64)
