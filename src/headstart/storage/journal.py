"""An append-only file of checksummed records, one JSON document a line.

One writer appends, any number of readers follow. A line counts once its checksum and its line end
are on the disk; a torn last line is dropped when the writer opens the file. A complete line is
never rewritten. A damaged line in the middle is an error, because something else wrote there.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

from headstart.errors import AskError, DataError
from headstart.storage.folders import flush, sync

Entry = Mapping[str, Any]


def read(path: Path) -> list[dict[str, Any]]:
    """Every complete record, oldest first; an unfinished last line is left out."""
    return _parse(path, path.read_bytes())[0] if path.exists() else []


def is_being_written(path: Path) -> bool:
    """Whether a process holds a journal open to append."""
    if not path.is_file():
        return False
    with open(path, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


class Writer:
    """The one process that may append; a second one is refused while this one lives."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = open(path, "a+b")  # noqa: SIM115  # closed by close()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise AskError(
                f"the run `{path.parent}` is being written by another process.",
                "Wait until it ends, or choose another folder with --out.",
            ) from None
        self._file.seek(0)
        self.entries, complete = _parse(path, self._file.read())
        self._file.truncate(complete)
        sync(path.parent)  # the name of a new file is on the disk only then

    def append(self, entry: Entry) -> None:
        """Put a record on the disk; when this returns, a crash cannot lose it."""
        text = json.dumps(entry, allow_nan=False, separators=(",", ":"))
        body = text.encode()
        self._file.write(b"%08x %s\n" % (crc32(body), body))
        flush(self._file)
        self.entries.append(json.loads(text))

    def close(self) -> None:
        self._file.close()


def _parse(path: Path, data: bytes) -> tuple[list[dict[str, Any]], int]:
    """The records and the length in bytes of the part that is complete."""
    entries: list[dict[str, Any]] = []
    complete = 0
    lines = data.split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):
        if not _is_whole(line):
            if number == len(lines) - 1:  # torn by a crash: the newline of a lost block survived
                break
            raise DataError(
                f"line {number} of `{path}` is damaged: its checksum does not match.",
                "The journal was changed by something else; start a new run with --out.",
            )
        entries.append(json.loads(line[9:]))
        complete += len(line) + 1
    return entries, complete


def _is_whole(line: bytes) -> bool:
    return len(line) > 9 and line[:8] == b"%08x" % crc32(line[9:])
