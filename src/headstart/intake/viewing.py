"""Look at pictures once, whole: size, kind, checksum, or why a file cannot be decoded.

This module runs in a disposable child, because a decoder may crash, hang or fill the memory. What
is found out stands on the disk picture by picture: when the child is ended, the first picture that
lacks an entry is the one that ended it.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import stat
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from headstart.errors import DataError
from headstart.processes.libraries import need
from headstart.storage.folders import inside

_SMALLEST = 32  # a JPEG is read whole and put together at an eighth of its size


def view(root: str, names: Sequence[str], out: str, seconds: float) -> int:
    """Append one line of JSON for each picture to the file `out`; how many there were.

    Args:
        seconds: of the processor, for one picture; then the system ends the process.

    Raises:
        MissingExtra: the library that reads pictures is not installed.
    """
    need("PIL", wanted_by="reading pictures")
    import_module("PIL.Image")  # now: it takes no picture's time
    base = Path(root)
    with open(out, "a", encoding="utf-8") as file:
        for name in names:
            signal.setitimer(signal.ITIMER_PROF, seconds)
            file.write(json.dumps(_seen(base, name)) + "\n")
            file.flush()
        signal.setitimer(signal.ITIMER_PROF, 0)
    return len(names)


def _seen(root: Path, name: str) -> dict[str, Any]:
    from headstart.intake.pictures import decode, header, is_grey

    try:
        path = inside(root, name)
        digest = _digest(path)
        known = header(path)
        pixels = decode(path, _SMALLEST)
    except (DataError, OSError) as error:
        return {"because": _sentence(error, name)}
    return {
        "because": "",
        "digest": digest,
        "width": known.width,
        "height": known.height,
        "grey": known.grey or is_grey(pixels),
        "transparent": known.transparent,
    }


def _digest(path: Path) -> str:
    """A checksum of a regular file.

    Raises:
        DataError: there is none.
    """
    try:
        found = os.stat(path)
    except FileNotFoundError:
        raise DataError("there is no such file") from None
    if not stat.S_ISREG(found.st_mode):
        raise DataError("it is no file")
    digest = hashlib.blake2b(digest_size=16)
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _sentence(error: DataError | OSError, name: str) -> str:
    """What is wrong with the picture; its name stands beside the sentence."""
    if isinstance(error, DataError):
        called = f"`{name.rpartition('/')[2]}`"
        said = error.message.rstrip(".").replace(f"the picture {called}", "it")
        return said.replace(called, "it")
    return f"it cannot be read: {(error.strerror or 'the system refuses it').lower()}"
