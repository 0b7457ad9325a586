"""Text in columns of a terminal: widths in cells, hanging indents, colour where it is wanted."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO
from unicodedata import combining, east_asian_width

_NARROWEST, _WIDEST = 60, 140
_COLOUR = re.compile(r"\x1b\[\d+m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    """Bold, faint and warning text; plain where colour is off."""

    enabled: bool = False

    def bold(self, text: str) -> str:
        return self._wrapped(text, "1")

    def faint(self, text: str) -> str:
        return self._wrapped(text, "2")

    def warning(self, text: str) -> str:
        return self._wrapped(text, "33")

    def _wrapped(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.enabled and text else text


PLAIN = Paint()


def paint_for(stream: TextIO) -> Paint:
    """Colour for a terminal, unless NO_COLOR is set or the terminal is a dumb one."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Paint(enabled=wanted and stream.isatty())


def terminal_width() -> int:
    """Columns to write in: those of the terminal, within what is pleasant to read."""
    return min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size().columns))


def cells(text: str) -> int:
    """Columns that a text takes in a terminal; wide East Asian characters take two.

    Example:
        >>> cells("abc"), cells("日本")
        (3, 4)
    """
    return sum(
        0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text
    )


def padded(text: str, width: int, *, right: bool = False) -> str:
    """A text filled with spaces to a width, on its right or (for numbers) on its left."""
    space = " " * max(0, width - cells(text))
    return space + text if right else text + space


def cut(text: str, width: int) -> str:
    """A text shortened to a width, with an ellipsis where something is missing."""
    if cells(text) <= width:
        return text
    while text and cells(text) > width - 1:
        text = text[:-1]
    return text + "…"


def hanging(first: str, text: str, width: int, *, indent: int | None = None) -> str:
    """`first`, then the text, wrapped below where it began, or at `indent`.

    Example:
        >>> print(hanging("doubts: ", "there are few rows and many columns", 32, indent=2))
        doubts: there are few rows and
          many columns
    """
    begun = cells(_COLOUR.sub("", first))
    below = begun if indent is None else indent
    lines = textwrap.wrap(
        text,
        max(24, width - below),
        initial_indent=" " * (begun - below),
        break_on_hyphens=False,
        drop_whitespace=True,
    )
    rest = [" " * below + line for line in lines[1:]]
    return "\n".join([first + lines[0].lstrip() if lines else first, *rest])


def aligned(rows: Sequence[Sequence[str]], numeric: Sequence[bool], gap: int = 3) -> list[str]:
    """Rows of cells as lines of equal columns; numeric columns are flush right.

    Example:
        >>> aligned([["a", "1"], ["bcd", "10"]], [False, True])
        ['a      1', 'bcd   10']
    """
    widths = [max(cells(row[place]) for row in rows) for place in range(len(numeric))]
    return [
        (" " * gap)
        .join(padded(cell, widths[place], right=numeric[place]) for place, cell in enumerate(row))
        .rstrip()
        for row in rows
    ]
