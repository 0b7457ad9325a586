"""The values of one column brought into the modality of a contract, cell by cell.

Training wants every value of a column to fit one reading. Afterwards an answer is wanted for every
row: a cell that cannot be read as the model's column becomes a missing value, and is counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from headstart.errors import listed
from headstart.intake.casts import (
    DECIMAL_COMMA,
    MISSING,
    MISSING_AMONG_NUMBERS,
    NUMBER,
    THOUSANDS,
    without,
)
from headstart.intake.dates import READINGS, parse_each
from headstart.intake.requests import AS_WRITTEN, as_words
from headstart.records import Column

if TYPE_CHECKING:
    import pyarrow as pa

_DIGITS = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?"
_FORMS: Mapping[str, str] = MappingProxyType(
    {
        NUMBER: rf"^{_DIGITS}$",
        DECIMAL_COMMA: rf"^({_DIGITS}|[-+]?[0-9]*,[0-9]+([eE][-+]?[0-9]+)?)$",
        THOUSANDS: rf"^({_DIGITS}|[-+]?[0-9]{{1,3}}(,[0-9]{{3}})+(\.[0-9]+)?)$",
    }
)
_YEARS = "years"  # 2024, or 20240131
_NOUNS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "number": ("is no number", "are no numbers"),
        "time": ("is no date", "are no dates"),
        "vector": ("is no list of numbers", "are no lists of numbers"),
        "series": ("is no series of numbers", "are no series of numbers"),
    }
)
_MOST_EXAMPLES, _MOST_LETTERS = 3, 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """A column's values in the type of a modality.

    Attributes:
        unread: how many cells have a value that could not be read so; they are missing now.
        examples: a few of these values, each once.
    """

    values: pa.ChunkedArray
    unread: int = 0
    examples: tuple[str, ...] = ()

    def note(self, column: Column) -> str:
        """What a person should know about cells that were not read; nothing if all were.

        Example:
            >>> import pyarrow as pa
            >>> age = Column(name="age", modality="number")
            >>> fitted(pa.chunked_array([["31", "abc"]]), age).note(age)
            '1 cell of `age` is no number (`abc`): taken as missing'
        """
        if not self.unread:
            return ""
        cells = "1 cell" if self.unread == 1 else f"{self.unread:,} cells"
        what = _NOUNS[column.modality][self.unread > 1]
        more = ", ..." if self.unread > len(self.examples) else ""
        return (
            f"{cells} of `{column.name}` {what} ({listed(self.examples)}{more}): taken as missing"
        )


def fitted(values: pa.ChunkedArray, column: Column, *, comma_is_free: bool = False) -> Fitted:
    """The values in the column's modality, read as the column was written.

    The way in which training read the column holds as long as it fits half of the cells; otherwise
    the way that fits most of them.

    Args:
        comma_is_free: commas do not divide the values, so one between digits is a decimal mark.
    """
    import pyarrow as pa

    if column.modality in AS_WRITTEN:
        return Fitted(values=_words(values, column.written))
    if column.modality == "identifier":
        return Fitted(values=values)
    if values.null_count == len(values):
        return Fitted(values=absent(len(values), column))
    cells = _usable(values.combine_chunks())
    if column.modality == "number":
        read = _numbers(cells, column.written, comma_is_free)
    else:
        read = _times(cells, column.written) if column.modality == "time" else _lists(cells)
    strange = cells.filter(pa.compute.and_(cells.is_valid(), read.is_null()))
    return Fitted(values=pa.chunked_array([read]), unread=len(strange), examples=_examples(strange))


def _words(values: pa.ChunkedArray, written: str) -> pa.ChunkedArray:
    """Words; numbers get back the zeros that led the codes in training."""
    import pyarrow.compute as pc
    import pyarrow.types as types

    words = as_words(values)
    if written.startswith("digits:") and not types.is_string(values.type):
        return pc.utf8_lpad(words, int(written.removeprefix("digits:")), "0")
    return words


def absent(rows: int, column: Column) -> pa.ChunkedArray:
    """As many missing values in the type of the column's modality."""
    import pyarrow as pa

    numbers = pa.list_(pa.float64())
    kinds = {"number": pa.float64(), "time": pa.timestamp("us"), "vector": numbers}
    kind = kinds.get(column.modality, numbers if column.modality == "series" else pa.string())
    return pa.chunked_array([pa.nulls(rows, kind)])


def _usable(cells: pa.Array) -> pa.Array:
    """Texts trimmed, with the marks of absence made missing; other values as they are."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(cells.type):
        return cells
    return without(pc.ascii_trim_whitespace(cells), (*MISSING, *MISSING_AMONG_NUMBERS))


def _examples(strange: pa.Array) -> tuple[str, ...]:
    import pyarrow as pa

    some = as_words(pa.chunked_array([strange[:1000]])).unique().to_pylist()[:_MOST_EXAMPLES]
    return tuple(
        each if len(each) <= _MOST_LETTERS else each[:_MOST_LETTERS] + "..." for each in some
    )


def _numbers(cells: pa.Array, written: str, comma_is_free: bool) -> pa.Array:
    import pyarrow as pa
    import pyarrow.types as types

    if types.is_integer(cells.type) or types.is_floating(cells.type):
        return cells
    if written.startswith("time"):  # declared to be a number: microseconds
        return _times(cells, written).cast(pa.int64())
    if not types.is_string(cells.type):
        return pa.nulls(len(cells), pa.float64())
    found = _plain_numbers(cells)
    if found is not None:
        return found
    usual = (DECIMAL_COMMA, THOUSANDS) if comma_is_free else (THOUSANDS, DECIMAL_COMMA)
    return _best(cells, written if written in _FORMS else NUMBER, usual, _as_numbers)


def _plain_numbers(cells: pa.Array) -> pa.Array | None:
    """Numbers where all cells are plain ones, or truth values, which are 1 and 0; else None."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.all(pc.is_in(pc.utf8_lower(cells), pa.array(["true", "false", None]))).as_py():
        return pc.equal(pc.utf8_lower(cells), "true").cast(pa.float64())
    try:
        numbers = cells.cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    return numbers if pc.all(pc.is_finite(numbers)).as_py() is not False else None


def _as_numbers(cells: pa.Array, form: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    fits = pc.match_substring_regex(cells, _FORMS[form])
    texts = pc.if_else(fits, cells, pa.scalar(None, pa.string()))
    if form != NUMBER:
        texts = pc.replace_substring(texts, ",", "." if form == DECIMAL_COMMA else "")
    numbers = texts.cast(pa.float64())
    return pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, pa.float64()))


def _times(cells: pa.Array, written: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.types as types

    if types.is_timestamp(cells.type):
        return cells
    if types.is_integer(cells.type) or types.is_floating(cells.type):
        return _as_times(cells.cast(pa.string()), _YEARS)
    if not types.is_string(cells.type):
        return pa.nulls(len(cells), pa.timestamp("us"))
    first = written if written in READINGS else READINGS[0]
    return _best(cells, first, (*READINGS, _YEARS), _as_times)


def _as_times(cells: pa.Array, form: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if form != _YEARS:
        return parse_each(cells, form)
    fits = pc.match_substring_regex(cells, r"^\d{4}(\d{4})?$")
    iso = pc.if_else(fits, cells, pa.scalar(None, pa.string()))
    iso = pc.replace_substring_regex(iso, r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3")
    return parse_each(pc.replace_substring_regex(iso, r"^(\d{4})$", r"\1-01"), READINGS[0])


def _best(
    cells: pa.Array,
    first: str,
    others: Sequence[str],
    read: Callable[[pa.Array, str], pa.Array],
) -> pa.Array:
    """The reading of the first form if it fits half of the cells, else of that which fits most."""
    found = read(cells, first)
    there = len(cells) - cells.null_count
    if 2 * (len(found) - found.null_count) >= there:
        return found
    readings = [found, *(read(cells, form) for form in others if form != first)]
    return min(readings, key=lambda each: each.null_count)


def _lists(cells: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.types as types

    kind = pa.list_(pa.float64())
    if types.is_list(cells.type) or types.is_fixed_size_list(cells.type):
        return cells
    if not types.is_string(cells.type):
        return pa.nulls(len(cells), kind)
    return pa.array([_list(text) for text in cells.to_pylist()], kind)


def _list(text: str | None) -> list[float] | None:
    """The numbers of a JSON list, or None."""
    try:
        found = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    is_numbers = isinstance(found, list) and all(isinstance(each, int | float) for each in found)
    return [float(each) for each in found] if is_numbers else None
