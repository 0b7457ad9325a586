"""Rows that a text table's parser refuses: where they stand, and which row each would have been.

A quotation mark that is never closed swallows the rows after it. Only the line on which it opens is
at fault, so that line is painted over in a copy and the copy is read again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from headstart.intake.layout import Layout
from headstart.intake.rejected import Rejected

_MOST_LETTERS = 2_000
_LONGEST_LINE = 64 << 20
_BAD_BYTE = b"\xff"  # no UTF-8 text has it, so the parser rejects the painted line


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record that the parser refused.

    Attributes:
        record: its number in the file, lines before it and blank lines counted, 1 for the first.
        position: of its first byte.
        swallows: it runs over the end of its line.
    """

    record: int
    position: int
    because: str
    content: str
    swallows: bool

    @staticmethod
    def of(record: int, position: int, kind: str, message: str, content: str) -> Unreadable:
        """From what DuckDB keeps of a rejected line."""
        bare = (content or "").lstrip("\r\n")  # blank lines before it are counted in
        text = bare.rstrip("\r\n")
        return Unreadable(
            record=record,
            position=position - 1 + len((content or "").encode()) - len(bare.encode()),
            because=_reason(kind, message),
            content=text[:_MOST_LETTERS],
            swallows=kind in ("UNQUOTED VALUE", "LINE SIZE OVER MAXIMUM") and "\n" in text,
        )


def swallowing(found: Sequence[Unreadable]) -> list[Unreadable]:
    """Those that took other rows with them."""
    return [each for each in found if each.swallows]


def paint_over(layout: Layout, swallowed: Sequence[Unreadable], folder: Path) -> Layout:
    """The layout of a copy in which the first line of each of them cannot be read."""
    copy = folder / "painted.txt"
    if layout.path != copy:
        shutil.copyfile(layout.path, copy)
    with open(copy, "r+b") as file:
        for each in swallowed:
            file.seek(each.position)
            length = len(file.readline(_LONGEST_LINE).rstrip(b"\r\n"))
            file.seek(each.position)
            file.write(_BAD_BYTE * length)
    return replace(layout, path=copy)


def numbered(found: Iterable[Unreadable], layout: Layout, rows: int) -> tuple[Rejected, ...]:
    """The rejected rows in order, each with its line in the file and its number among all rows.

    Args:
        rows: how many rows were read; with the rejected ones they make the numbers 0, 1, 2 ...
    """
    found = sorted(found, key=lambda each: each.position)
    places = _places([each.position for each in found], layout)
    before = layout.dialect.skip + layout.has_header + 1
    rejected: list[Rejected] = []
    for each, (line, blank) in zip(found, places, strict=True):
        # Odd quotation marks can hide blank lines from the count; no two rows share a number.
        lowest = rejected[-1].row + 1 if rejected else 0
        row = max(lowest, min(each.record - before - blank, rows + len(rejected)))
        content = each.content.split("\n")[0] if each.swallows else each.content
        rejected.append(Rejected(row=row, line=line, because=each.because, content=content))
    return tuple(rejected)


def _places(positions: Sequence[int], layout: Layout) -> list[tuple[int, int]]:
    """For each byte position its line and how many blank lines between records come before it.

    Whether an empty line lies between records or within a quoted text is told by the parity of the
    quotation marks before it.
    """
    places: list[tuple[int, int]] = []
    quote, escaped = _marks(layout)
    at, line_number, blank, inside = 0, 1, 0, False
    with open(layout.path, "rb") as file:
        for position in positions:
            inside = False
            while at < position and (line := file.readline()):
                is_blank = not line.strip(b"\r\n") and not inside and len(layout.names) > 1
                blank += is_blank and line_number > layout.dialect.skip
                inside ^= bool(line.replace(escaped, b"").count(quote) % 2)
                at, line_number = at + len(line), line_number + 1
            places.append((line_number, blank))
    return places


def _marks(layout: Layout) -> tuple[bytes, bytes]:
    quote, escape = layout.dialect.quote.encode(), layout.dialect.escape.encode()
    return quote, escape + quote


def _reason(kind: str, message: str) -> str:
    if kind in ("MISSING COLUMNS", "TOO MANY COLUMNS"):
        digits = [word for word in message.split() if word.isdigit()]
        values = "1 value" if digits[-1] == "1" else f"{digits[-1]} values"
        return f"it has {values} where the header has {digits[0]} names"
    return {
        "UNQUOTED VALUE": "a quotation mark is opened and not properly closed",
        "INVALID ENCODING": "it holds bytes that are no UTF-8 text",
        "LINE SIZE OVER MAXIMUM": "it is longer than 4 MB",
    }.get(kind, message[:200])
