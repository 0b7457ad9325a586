"""The values of a source before anybody has said what they mean: a file's, read in a child, or a
frame's."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.errors import DataError, nearest
from headstart.intake import opening
from headstart.intake.opened import Opened, opened_from_plain
from headstart.intake.rejected import Rejected
from headstart.processes.libraries import lean_arrow

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_SECONDS = 600.0
_MEGABYTES = 1500.0  # besides as many bytes as the file has, for rows that are very wide


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A file or frame whose values are at hand.

    Attributes:
        arrow: the values, in the types that a `Table` holds.
        name: what messages call it, such as `t.csv`.
        place: what reports call it: the path as the person typed it.
        fingerprint: SHA-256 of a file's bytes; empty for a frame.
        written: column -> how a text wrote its values, where there are several ways.
        comma_is_free: commas do not divide the values of a text table.
    """

    arrow: pa.Table
    name: str
    place: str
    fingerprint: str = ""
    rejected: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)
    comma_is_free: bool = False
    media_root: Path | None = None

    def row_ids(self) -> np.ndarray:
        """Numbers of the readable rows in the source, int64."""
        import numpy as np

        readable = np.ones(self.arrow.num_rows + len(self.rejected), dtype=bool)
        readable[[each.row for each in self.rejected]] = False
        return np.flatnonzero(readable).astype(np.int64)


def open_source(source: Any, *, as_text: Sequence[str] = (), forgiving: bool = False) -> Source:
    """The values of a path or a frame.

    Args:
        as_text: columns of a text table to leave as they are written.
        forgiving: one readable row of a file is enough.

    Raises:
        AskError: the source is no table.
        DataError: the file is missing, damaged, empty, or not a table.
    """
    lean_arrow()
    if isinstance(source, str | os.PathLike):
        return _file(Path(source), as_text, forgiving)
    from headstart.intake.frames import from_frame

    arrow, notes = from_frame(source)
    return Source(arrow=arrow, name="the frame", place="the frame", notes=notes)


def _file(path: Path, as_text: Sequence[str], forgiving: bool) -> Source:
    _check_there(path)
    with tempfile.TemporaryDirectory(prefix="headstart-") as folder:
        opened = _opened_in_child(path, Path(folder), as_text, forgiving)
        # The mapping outlives the file's name, so nothing stays behind in the folder.
        arrow = _mapped(Path(folder) / opening.VALUES)
    return Source(
        arrow=arrow,
        name=path.name,
        place=str(path),
        fingerprint=opened.fingerprint,
        rejected=opened.rejected,
        notes=opened.notes,
        written=opened.written,
        comma_is_free=opened.comma_is_free,
        media_root=path.resolve().parent,
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


def _opened_in_child(path: Path, folder: Path, as_text: Sequence[str], forgiving: bool) -> Opened:
    from headstart.processes import children

    outcome = children.run(
        "headstart.intake.opening:open_file",
        {
            "path": str(path.resolve()),
            "folder": str(folder),
            "as_text": list(as_text),
            "forgiving": forgiving,
        },
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
