"""A .zip or .tar archive becomes a folder: its pictures, texts and tables, and nothing else.

Members are streamed one by one under names that were checked; no archive library writes to the disk
by itself. A name that leads out of the folder, a device or a second file of the same name refuses
the archive; links are never made. `unpack` runs in a disposable child, because a small archive can
ask for any amount of memory and disk.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from lzma import LZMAError
from pathlib import Path
from typing import Any

from headstart.errors import DataError
from headstart.intake.listing import TAR_ENDINGS, is_system_file, kind_of
from headstart.storage.checksums import sha256
from headstart.storage.folders import fleeting, inside, new_folder

UNPACKED = "source-"  # begins the names of the folders that archives are unpacked to
MOST_MEMBERS = 500_000
MOST_BYTES = 2 << 30
_MOST_TIMES = 4  # as large as the archive itself: pictures hardly shrink, texts to a third
_DEEPEST, _LONGEST_NAME, _LONGEST_PATH = 32, 255, 1000
_SHARE_OF_DISK = 0.8
_BLOCK = 1 << 20
_FILES, _NOTES = "files", "notes.json"
_SECONDS, _MEGABYTES = 3600.0, 1500.0
_DAMAGE = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, LZMAError, EOFError, struct.error),
    *(OSError, NotImplementedError, RuntimeError, ValueError),
)
"""What the libraries raise on damaged archives; RuntimeError also on encrypted ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of an archive, not read yet.

    Attributes:
        bytes: what the archive says of its size, which may be a lie.
        open: how to read it; None for a link.
    """

    name: str
    bytes: int
    open: Callable[[], Any] | None


def is_archive(path: Path) -> bool:
    """Whether a file is an archive of several files, by its content; an Excel workbook is none."""
    if not path.is_file() or not os.access(path, os.R_OK):
        return False
    with open(path, "rb") as file:
        head = file.read(1 << 12)
    if head.startswith(b"PK\x03\x04"):
        return not head[30:].startswith(b"xl/") and b"[Content_Types].xml" not in head
    if head[257:262] == b"ustar":
        return True
    return path.name.lower().endswith(TAR_ENDINGS)


def unpacked(path: Path, place: Path) -> tuple[Path, tuple[str, ...]]:
    """The folder below `place` that holds what is in an archive, and notes on what is not there.

    It is named after the archive's bytes, appears whole or not at all, and is used again.

    Raises:
        DataError: the archive is damaged, hostile, or too large.
    """
    folder = place / f"{UNPACKED}{sha256(path)[:16]}"
    if not folder.is_dir():
        place.mkdir(parents=True, exist_ok=True)
        with fleeting(), new_folder(folder) as fresh:
            (fresh / _FILES).mkdir()
            notes = _unpacked_in_child(path, fresh / _FILES)
            (fresh / _NOTES).write_text(json.dumps(notes), encoding="utf-8")
    return folder / _FILES, tuple(json.loads((folder / _NOTES).read_text(encoding="utf-8")))


def _unpacked_in_child(path: Path, folder: Path) -> list[str]:
    from headstart.processes import children

    outcome = children.run(
        "headstart.intake.archives:unpack",
        {"path": str(path.resolve()), "folder": str(folder)},
        seconds=_SECONDS,
        megabytes=_MEGABYTES,
    )
    if outcome.status != "ok":
        raise DataError(
            f"{path.name} cannot be unpacked: {outcome.because}.",
            "Unpack it yourself and name the folder.",
        )
    return list(outcome.value)


def unpack(path: str, folder: str) -> list[str]:
    """Write the media and tables of an archive into an empty folder; notes on all the others.

    Raises:
        DataError: the archive is damaged, hostile, or too large.
    """
    source, root = Path(path), Path(folder)
    left, seen, others = _allowance(source, root), set[str](), 0
    try:
        for number, member in enumerate(_members(source)):
            if number >= MOST_MEMBERS:
                raise _refused(source, f"it has more than {MOST_MEMBERS:,} members")
            name = _checked(source, member.name)
            if member.open is None or not _is_wanted(name):
                others += 1
                continue
            if name.lower() in seen:
                raise _refused(source, f"`{name[:80]}` is in it twice")
            seen.add(name.lower())
            left -= _written(source, member, inside(root, name), left)
    except DataError:
        raise
    except _DAMAGE as error:
        raise _damaged(source, error) from None
    members = "1 member of the archive is" if others == 1 else f"{others:,} members of the archive"
    kinds = "hidden files, links, and other kinds than pictures, texts and tables"
    return [f"{members}{'' if others == 1 else ' are'} left out: {kinds}"] if others else []


def _members(source: Path) -> Iterator[Member]:
    with open(source, "rb") as file:
        is_zip = file.read(4) == b"PK\x03\x04"
    yield from (_of_zip if is_zip else _of_tar)(source)


def _of_zip(source: Path) -> Iterator[Member]:
    with zipfile.ZipFile(source) as archive:
        if len(archive.infolist()) > MOST_MEMBERS:
            raise _refused(source, f"it has more than {MOST_MEMBERS:,} members")
        for info in archive.infolist():
            kind = info.external_attr >> 28 if info.create_system == 3 else 0  # of Unix
            if info.is_dir():
                _checked(source, info.filename)
            elif kind == 0o12:  # a link
                yield Member(name=info.orig_filename, bytes=0, open=None)
            elif kind not in (0, 0o10):
                raise _refused(source, f"`{info.filename[:80]}` is a device")
            elif info.flag_bits & 1:
                raise _refused(source, f"`{info.filename[:80]}` is encrypted")
            else:
                yield Member(
                    name=info.orig_filename,
                    bytes=info.file_size,
                    open=partial(archive.open, info),
                )


def _of_tar(source: Path) -> Iterator[Member]:
    with _opened_tar(source) as archive:
        while (info := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined]  # a list of all that passed would grow without end
            if info.isdir():
                _checked(source, info.name)
            elif info.issym() or info.islnk():
                yield Member(name=info.name, bytes=0, open=None)
            elif not info.isreg():
                raise _refused(source, f"`{info.name[:80]}` is a device")
            else:
                yield Member(
                    name=info.name,
                    bytes=info.size,
                    open=partial(archive.extractfile, info),
                )


def _opened_tar(source: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(source, "r:*")
    except tarfile.ReadError:
        raise _damaged(source, ValueError("no tar archive begins so")) from None


def _checked(source: Path, name: str) -> str:
    """The name, if it stays below the folder that it is unpacked to.

    Raises:
        DataError: it does not, or is longer or deeper than any honest one.
    """
    plain = name.removeprefix("./").rstrip("/")
    parts = plain.split("/")
    strange = plain.startswith("/") or "\\" in plain or "\0" in plain or plain[1:3] == ":/"
    if strange or ".." in parts or (plain and "" in parts):
        raise _refused(source, f"`{name[:80]!a}` leads out of the folder")
    too_long = any(len(part.encode("utf-8", "surrogatepass")) > _LONGEST_NAME for part in parts)
    if too_long or len(parts) > _DEEPEST or len(plain) > _LONGEST_PATH:
        raise _refused(source, f"the name `{name[:40]}...` is too long")
    return "/".join(part for part in parts if part != ".")


def _is_wanted(name: str) -> bool:
    """Media and tables; hidden files and those of operating systems stay in the archive."""
    is_plain = name.isprintable() and not any(map(is_system_file, name.split("/")))
    return is_plain and kind_of(name) != "other"


def _written(source: Path, member: Member, path: Path, most: int) -> int:
    """Bytes that were written; the size that the archive tells is not believed."""
    if member.bytes > most:
        raise _too_large(source)
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    assert member.open is not None
    with open(path, "xb") as file, member.open() as packed:
        while block := packed.read(_BLOCK):
            size += len(block)
            if size > most:
                raise _too_large(source)
            file.write(block)
    return size


def _allowance(source: Path, root: Path) -> int:
    """Bytes that may be written: in measure with the archive, and within the free disk."""
    most = max(MOST_BYTES, _MOST_TIMES * source.stat().st_size)
    return min(most, int(_SHARE_OF_DISK * shutil.disk_usage(root).free))


def _too_large(source: Path) -> DataError:
    size = source.stat().st_size / 1e9
    return _refused(source, f"of {size:,.2g} GB it grows beyond all measure, or beyond the disk")


def _refused(source: Path, because: str) -> DataError:
    return DataError(
        f"the archive {source.name} is refused: {because}.",
        "If you trust it, unpack it yourself and name the folder.",
    )


def _damaged(source: Path, error: Exception) -> DataError:
    said = " ".join(str(error).split())[:200] or type(error).__name__
    return DataError(
        f"the archive {source.name} is damaged: {said}.", "Write or download the file again."
    )
