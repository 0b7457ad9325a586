"""Rows and files that could not be read: kept with their reason, nothing is lost in silence."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from headstart.storage.folders import write_file

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One unreadable row.

    Attributes:
        row: its number among the rows of the source, 0 for the first; no row of the table bears it.
        line: the line of the file on which it begins, 1 for the first, as an editor counts; 0
            where a file of its own could not be read.
        because: what is wrong with it.
        content: what stands there, cut to 2,000 characters, or the path of the file.
    """

    row: int
    line: int
    because: str
    content: str

    @property
    def where(self) -> str:
        """The place to look at, in words."""
        if self.line:
            return f"line {self.line}"
        return f"`{self.content}`" if self.content else f"row {self.row + 1}"


def in_order(*found: Sequence[Rejected]) -> tuple[Rejected, ...]:
    """Rows that were rejected for several reasons, in the order of the source."""
    return tuple(sorted((each for some in found for each in some), key=lambda each: each.row))


def write_rejected(path: Path, rejected: Sequence[Rejected]) -> None:
    """Write `rejected.csv`: row, line, because, content.

    The content comes from a stranger's file and may be opened in a spreadsheet, so a cell that
    would start a formula there gets an apostrophe before it.
    """
    text = io.StringIO()
    # All texts are quoted: a carriage return outside of quotes would begin a row of its own.
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(["row", "line", "because", "content"])
    for each in rejected:
        writer.writerow([each.row, each.line, plain_cell(each.because), plain_cell(each.content)])
    write_file(path, text.getvalue())


def plain_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    Example:
        >>> plain_cell("=1+1")
        "'=1+1"
    """
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
