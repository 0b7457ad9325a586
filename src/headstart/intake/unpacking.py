"""A single compressed file, such as `data.csv.gz`, is unpacked before it is looked at.

This module runs in a disposable child.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from headstart.errors import DataError

_OPENERS: Mapping[bytes, Callable[..., IO[Any]]] = MappingProxyType(
    {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
)
_BLOCK = 1 << 20
_MOST_TIMES, _ALWAYS_ALLOWED = 200, 1 << 30  # texts shrink to a tenth; a bomb to a thousandth


def unpacked(path: Path, folder: Path) -> Path:
    """The file itself, or its content in `folder` where it is compressed.

    Raises:
        DataError: it is damaged, or grows beyond all measure.
    """
    with open(path, "rb") as file:
        head = file.read(8)
    opener = next((found for magic, found in _OPENERS.items() if head.startswith(magic)), None)
    if opener is None:
        return path
    out = folder / "unpacked"
    most = max(_ALWAYS_ALLOWED, _MOST_TIMES * path.stat().st_size)
    try:
        _copy(opener, path, out, most)
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise DataError(
            f"{path.name} is damaged: {error}.", "Write or download the file again."
        ) from None
    return out


def _copy(opener: Callable[..., IO[Any]], path: Path, out: Path, most: int) -> None:
    size = 0
    with opener(path, "rb") as packed, open(out, "wb") as file:
        while block := packed.read(_BLOCK):
            size += len(block)
            if size > most:
                raise DataError(
                    f"{path.name} unpacks to more than {most / 1e9:,.1f} GB.",
                    "Unpack it yourself and name the table inside.",
                )
            file.write(block)
