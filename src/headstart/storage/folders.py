"""Commit files and folders so that a crash leaves the old state or the new one, never half.

The order is always: write under a temporary name in the same parent, fsync, rename, fsync the
parent. Inside of `fleeting` nothing waits for the disk, because nothing there outlives the process.
A name that comes from data is resolved by `inside` and by nothing else.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import BinaryIO

from headstart.errors import DataError, WeightsError, listed

_FLEETING: ContextVar[bool] = ContextVar("fleeting", default=False)
_UNFINISHED = re.compile(r"\..+\.\d+\.(part|old)")


def inside(root: Path, name: str) -> Path:
    """The path of `name` below `root`, with links resolved.

    Raises:
        DataError: the name is absolute, leads outside of `root`, or holds a NUL byte.

    Example:
        >>> inside(Path("/data"), "../etc/passwd")
        Traceback (most recent call last):
        headstart.errors.DataError: the path `../etc/passwd` leads out of its folder.
          Paths are relative to the folder of their file and stay below it.
    """
    hint = "Paths are relative to the folder of their file and stay below it."
    if "\0" in name or "\\" in name or os.path.isabs(name):
        raise DataError(f"the path {name!r} is not a relative path.", hint)
    base = root.resolve()
    path = (base / name).resolve()
    if path != base and base not in path.parents:
        raise DataError(f"the path `{name}` leads out of its folder.", hint)
    return path


def stored(folder: Path, name: str) -> Path:
    """A file that a model wrote into its folder.

    Raises:
        WeightsError: it is not there; the message says what is.
    """
    path = folder / name
    if path.is_file():
        return path
    found = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    raise WeightsError(
        f"`{folder}` is no model of this family: it has no `{name}`; "
        f"found {listed(found) if found else 'nothing'}.",
        "Name the folder that an earlier run has written.",
    )


@contextmanager
def fleeting() -> Iterator[None]:
    """What this thread writes in the block may die with the machine: nothing waits for the disk.

    For folders that are gone when the block has ended. A rename still shows a file whole or not.
    """
    before = _FLEETING.set(True)
    try:
        yield
    finally:
        _FLEETING.reset(before)


def sync(path: Path) -> None:
    """Ask the operating system to put a file or folder on the disk itself."""
    if _FLEETING.get():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush(file: BinaryIO) -> None:
    """Put what was written to an open file on the disk itself."""
    file.flush()
    if not _FLEETING.get():
        os.fsync(file.fileno())


def unfinished(path: Path) -> Path:
    """The name under which this process writes what will be `path`.

    Example:
        >>> is_unfinished(unfinished(Path("model")))
        True
    """
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def is_unfinished(path: Path) -> bool:
    """Whether a name says that something was being written or replaced."""
    return _UNFINISHED.fullmatch(path.name) is not None


def sweep(folder: Path) -> None:
    """Remove what killed processes left unfinished below a folder in which nobody writes now."""
    for path in [each for each in folder.rglob(".*") if is_unfinished(each)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def write_file(path: Path, content: bytes | str) -> None:
    """Replace a file in one step."""
    data = content.encode() if isinstance(content, str) else content
    temporary = unfinished(path)
    try:
        with open(temporary, "wb") as file:
            file.write(data)
            flush(file)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Fill a folder under a temporary name; it appears as `path`, whole, when the block ends well.

    A folder that stands there already is replaced.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = unfinished(path)
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        yield temporary
        for entry in temporary.rglob("*"):
            sync(entry)
        sync(temporary)
        _swap(temporary, path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    sync(path.parent)


def _swap(new: Path, path: Path) -> None:
    """Put `new` in the place of `path`, in one step where the system can."""
    if not path.exists():
        os.replace(new, path)
    elif _exchange(new, path):
        shutil.rmtree(new)
    else:
        old = path.with_name(f".{path.name}.{os.getpid()}.old")
        shutil.rmtree(old, ignore_errors=True)
        os.replace(path, old)
        os.replace(new, path)
        shutil.rmtree(old)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names at once (Linux, renameat2); False where that is not to be had.

    A plain rename cannot replace a folder that is not empty, and two renames leave a moment with
    no folder under the name.
    """
    import ctypes

    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of <linux/fs.h>
    return rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0
