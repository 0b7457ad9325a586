"""How a text table is written: delimiter, quotation mark, escape, lines before the header.

The dialect is the one under which most of the first rows have as many values as the header. A
sniffer that demands it of all rows would give up on exactly the files whose bad rows are to be
named one by one, so the count is done here.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from dataclasses import dataclass

_DELIMITERS = (",", "\t", ";", "|")
_MOST_RECORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One way of writing a table as text.

    Attributes:
        skip: lines before the header, such as a title.
        fit: share of the sampled rows that have as many values as the header.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    skip: int = 0
    width: int = 1
    fit: float = 1.0


def detect(sample: str) -> Dialect:
    """The dialect of the first lines of a file; one column when no delimiter divides them.

    Example:
        >>> detect("a;b\\n1,5;x\\n2,5;y\\n").delimiter
        ';'
    """
    found = [
        dialect
        for delimiter in _DELIMITERS
        for quote in ('"', "'")
        if (dialect := _try(sample, delimiter, quote))
    ]
    if not found and (spaced := _try(sample, " ", '"')) and spaced.fit == 1.0 and spaced.width > 2:
        found = [spaced]
    return max(found, key=_worth, default=Dialect(escape=_escape(sample, '"')))


def records(text: str, dialect: Dialect, most: int = _MOST_RECORDS) -> list[list[str]]:
    """The first records of a text, blank lines left out; malformed ones are read leniently."""
    lines = text.splitlines(keepends=True)[dialect.skip :]
    doubled = dialect.escape == dialect.quote
    reader = csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        doublequote=doubled,
        escapechar=None if doubled else dialect.escape,
    )
    csv.field_size_limit(min(sys.maxsize, 1 << 30))
    found: list[list[str]] = []
    for record in reader:
        if record:
            found.append(record)
        if len(found) == most:
            break
    return found


def _worth(dialect: Dialect) -> tuple[float, bool, bool, int]:
    """More rows that fit, then no lines before the header, the usual quotes, more columns."""
    return round(dialect.fit, 1), dialect.skip == 0, dialect.quote == '"', dialect.width


def _try(sample: str, delimiter: str, quote: str) -> Dialect | None:
    dialect = Dialect(delimiter=delimiter, quote=quote, escape=_escape(sample, quote))
    widths = [len(record) for record in records(sample, dialect)]
    if not widths:
        return None
    width, _ = Counter(widths[1:] or widths).most_common(1)[0]
    first = widths.index(width) if width in widths else 0
    if width < 2 or any(other > 1 for other in widths[:first]):
        return None
    return Dialect(
        delimiter=delimiter,
        quote=quote,
        escape=dialect.escape,
        skip=_lines_before(sample, first),
        width=width,
        fit=widths[first:].count(width) / len(widths[first:]),
    )


def _lines_before(sample: str, records_before: int) -> int:
    """How many lines to skip so that as many non-blank ones are skipped."""
    if not records_before:
        return 0
    filled = [number for number, line in enumerate(sample.splitlines()) if line.strip()]
    return filled[records_before]


def _escape(sample: str, quote: str) -> str:
    return "\\" if "\\" + quote in sample and 2 * quote not in sample else quote
