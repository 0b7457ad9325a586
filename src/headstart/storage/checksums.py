"""Checksums of files, and a folder's list of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from headstart.errors import WeightsError
from headstart.storage.folders import inside


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes, read in blocks of 1 MiB."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def of_folder(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by relative path, sorted."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path) for path in files}


def verify(folder: Path, expected: Mapping[str, str]) -> None:
    """Check that every listed file is there and unchanged.

    Raises:
        WeightsError: a file is missing or its bytes differ.
    """
    for name, digest in expected.items():
        path = inside(folder, name)
        if not path.is_file():
            raise WeightsError(
                f"`{name}` is missing in `{folder}`.", "Copy the whole folder again."
            )
        if sha256(path) != digest:
            raise WeightsError(
                f"`{name}` in `{folder}` is damaged: its checksum differs from the one recorded.",
                "Copy the folder again, or run `headstart fit` again.",
            )
