"""Text files become one column: each file is a row.

This module runs in a disposable child.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from headstart.errors import DataError
from headstart.intake.opened import Opened, opened_to_plain
from headstart.intake.rejected import Rejected
from headstart.storage.folders import inside

VALUES = "values.arrow"
_MOST_BYTES = 1 << 20
_MOST_LETTERS_IN_BATCH = 1 << 24
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def write_texts(root: str, names: Sequence[str], column: str, folder: str) -> dict[str, Any]:
    """Write the texts of these files to `values.arrow` in `folder`; say which are none.

    Of a file longer than 1 MiB the beginning is read.
    """
    import pyarrow as pa

    rejected: list[Rejected] = []
    schema = pa.schema([(column, pa.string())])
    out = Path(folder) / VALUES
    with pa.OSFile(str(out), "wb") as file, pa.ipc.new_file(file, schema) as writer:
        for batch in _batches(_texts(Path(root), names, rejected)):
            writer.write_batch(pa.record_batch([pa.array(batch, pa.string())], schema=schema))
    return opened_to_plain(Opened(names=(column,), rejected=tuple(rejected)))


def text_of(content: bytes) -> str:
    """The text that bytes hold: UTF-8, UTF-16 with its mark, or the Western code page of old.

    Raises:
        DataError: they hold no text.

    Example:
        >>> text_of("grün".encode()), text_of("grün".encode("cp1252"))
        ('grün', 'grün')
    """
    encodings = [name for mark, name in _MARKS if content.startswith(mark)] or ["utf-8", "cp1252"]
    if b"\0" in content and encodings[0] != "utf-16":
        raise DataError("it holds NUL bytes, which no text does")
    for encoding in encodings:
        try:
            return content.decode(encoding).strip()
        except UnicodeDecodeError:
            continue
    raise DataError(f"its bytes make no text in {' or '.join(encodings)}")


def _texts(root: Path, names: Sequence[str], rejected: list[Rejected]) -> Iterator[str]:
    for row, name in enumerate(names):
        try:
            text = text_of(_beginning(inside(root, name)))
            if not text:
                raise DataError("it is empty")
        except (DataError, OSError) as error:
            because = error.message if isinstance(error, DataError) else _refusal(error)
            rejected.append(Rejected(row=row, line=0, because=because, content=name))
        else:
            yield text


def _beginning(path: Path) -> bytes:
    with open(path, "rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) <= _MOST_BYTES:
        return content
    cut = content[:_MOST_BYTES]
    while cut and cut[-1] & 0xC0 == 0x80:  # the last character of UTF-8 may be cut in two
        cut = cut[:-1]
    return cut[:-1]


def _refusal(error: OSError) -> str:
    return f"it cannot be read: {(error.strerror or 'the system refuses it').lower()}"


def _batches(texts: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    letters = 0
    for text in texts:
        batch.append(text)
        letters += len(text)
        if letters > _MOST_LETTERS_IN_BATCH:
            yield batch
            batch, letters = [], 0
    yield batch
