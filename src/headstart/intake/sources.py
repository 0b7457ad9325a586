"""The values of a source before anybody has said what they mean: those of a file, which is read in
a child, of a folder or an archive of pictures or texts, or of a frame."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.errors import DataError, listed, nearest
from headstart.intake import archives, folders, opening
from headstart.intake.listing import Listing, listing
from headstart.intake.opened import Opened, opened_from_plain
from headstart.intake.rejected import Rejected
from headstart.processes.libraries import lean_arrow

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

IN_MEMORY = "the frame"
_SECONDS = 600.0
_MEGABYTES = 1500.0  # besides as many bytes as the file has, for rows that are very wide


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A file, folder or frame whose values are at hand.

    Attributes:
        arrow: the values, in the types that a `Table` holds.
        name: what messages call it, such as `t.csv`.
        place: what reports call it: the path as the person typed it.
        fingerprint: SHA-256 of a file's bytes; empty for a frame.
        written: column -> how a text wrote its values, where there are several ways.
        comma_is_free: commas do not divide the values of a text table.
        media_root: the folder that paths of media are relative to.
        words: modalities that are known from where the columns come from.
        target: the column of classes, where folders are classes.
        files: of a folder, the path of the file of each row, read or not; empty where unknown.
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
    words: Mapping[str, str] = field(default_factory=dict)
    target: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def row_ids(self) -> np.ndarray:
        """Numbers of the readable rows in the source, int64."""
        import numpy as np

        readable = np.ones(self.arrow.num_rows + len(self.rejected), dtype=bool)
        readable[[each.row for each in self.rejected]] = False
        return np.flatnonzero(readable).astype(np.int64)


def open_source(
    source: Any,
    *,
    as_text: Sequence[str] = (),
    forgiving: bool = False,
    place: Path | None = None,
) -> Source:
    """The values of a path or a frame.

    Args:
        as_text: columns of a text table to leave as they are written.
        forgiving: one readable row of a file is enough.
        place: the folder that archives are unpacked below; it belongs to the caller, who needs it
            as long as the media. Without one it is there until the process ends.

    Raises:
        AskError: the source is no table.
        DataError: the file is missing, damaged, empty, or not a table; the folder holds no media.
    """
    lean_arrow()
    if not isinstance(source, str | os.PathLike):
        from headstart.intake.frames import from_frame

        arrow, notes = from_frame(source)
        return Source(
            arrow=arrow, name=IN_MEMORY, place=IN_MEMORY, notes=notes, media_root=Path.cwd()
        )
    path = Path(source)
    if path.is_dir():
        return _folder(path, listing(path), as_text, forgiving)
    if archives.is_archive(path):
        return _archive(path, place or _place_of_process(), as_text, forgiving)
    return _file(path, as_text, forgiving)


def _archive(path: Path, place: Path, as_text: Sequence[str], forgiving: bool) -> Source:
    """What is unpacked from an archive: a folder, or a table that is alone in it."""
    root, notes = archives.unpacked(path, place)
    found = listing(root)
    tables = found.of("table")
    if len(tables) == 1 and not found.of("picture") and not found.of("text"):
        source = _file(root / tables[0], as_text, forgiving)
    else:
        source = _folder(path, found, as_text, forgiving)
    return replace(source, name=path.name, place=str(path), notes=(*source.notes, *notes))


def _folder(path: Path, found: Listing, as_text: Sequence[str], forgiving: bool) -> Source:
    """A folder described by a table of its own, or by the names of its folders and files."""
    if metadata := found.metadata():
        return _described(path, found, metadata, as_text, forgiving)
    gathered = folders.gather(found, str(path))
    return Source(
        arrow=gathered.arrow,
        name=path.name,
        place=str(path),
        rejected=gathered.rejected,
        notes=gathered.notes,
        media_root=found.root,
        words=gathered.words,
        target=gathered.target,
        files=gathered.files,
    )


def _described(
    path: Path, found: Listing, metadata: str, as_text: Sequence[str], forgiving: bool
) -> Source:
    source = _file(found.root / metadata, [*as_text, folders.FILE_NAME], forgiving)
    names = source.arrow.column_names
    if folders.FILE_NAME not in names:
        raise DataError(
            f"{metadata} in {path} has no column `{folders.FILE_NAME}`: it has {listed(names)}.",
            f"Call the column that names the files `{folders.FILE_NAME}`.",
        )
    if not found.of("picture") and (others := found.of("text") or found.of("recording")):
        raise DataError(
            f"{metadata} in {path} names files such as {listed(others[:1])}: "
            "through a table, only pictures are read.",
            "Put texts into a column of the table, or the files into one folder for each class.",
        )
    files: list[str] = [""] * (len(source.arrow) + len(source.rejected))
    values = source.arrow.column(folders.FILE_NAME).to_pylist()
    for row, name in zip(source.row_ids().tolist(), values, strict=True):
        files[row] = name or ""
    media = [name for kind in ("picture", "text", "recording") for name in found.of(kind)]
    before = metadata.rpartition("/")[0]
    unnamed = len(set(media) - {f"{before}/{name}".lstrip("/") for name in files})
    what = "1 file is" if unnamed == 1 else f"{unnamed:,} files are"
    notes = (f"{what} not named in {metadata}",) if unnamed else ()
    words = {folders.FILE_NAME: "image"} if found.of("picture") else {}
    return replace(
        source,
        name=path.name,
        place=str(path),
        notes=(*source.notes, *notes),
        words=words,
        files=tuple(files),
    )


@cache
def _place_of_process() -> Path:
    """A folder that is removed when the process ends."""
    place = tempfile.mkdtemp(prefix="headstart-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return Path(place)


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
