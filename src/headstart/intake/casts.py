"""Texts become numbers and times where every value of the column allows it, and only there.

Each column descends a ladder of readings: unknown (nothing but missing values so far), integer,
number, number with decimal commas or thousands, time in one of a few formats, text. It goes a rung
down when a value does not fit, never up, so that the order of rows does not matter.

Missing are: an empty cell, NA, N/A, n/a, #N/A, <NA>, NaN, nan, NULL, null, None. The marks ?, -, --
and . are missing only in a column of numbers or times; among words they are words. Numbers with
leading zeros (007, 0x1f) or of 19 digits and more are codes and stay text. Infinities are missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headstart.intake.dates import READINGS, looks_like_time, parse_times

if TYPE_CHECKING:
    import pyarrow as pa

MISSING = ("", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None")
MISSING_AMONG_NUMBERS = ("?", "-", "--", ".")

UNKNOWN, INTEGER, NUMBER, TEXT = "unknown", "integer", "number", "text"
DECIMAL_COMMA, THOUSANDS = "decimal_comma", "thousands"
_LEADING_ZERO = r"^-?0[0-9xX]"  # Arrow reads 0x1f as an integer
_WITH_COMMA = r"^[-+]?[0-9]*,[0-9]+([eE][-+]?[0-9]+)?$"
_WITH_THOUSANDS = r"^[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$"
_PLAIN_NUMBER = r"^[-+]?[0-9]+(\.[0-9]+)?$"
_LONGEST_INTEGER = 18
_INTEGER = re.compile(r"^-?[0-9]+$")
_MAYBE_NUMBER = re.compile(r"^[-+]?([0-9.,]+([eE][-+]?[0-9]+)?|inf|infinity)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cast:
    """A batch of one column after casting.

    Attributes:
        reading: the rung on which it fits.
        values: int64, float64, timestamp in microseconds, or string.
        infinite: how many infinities became missing.
    """

    reading: str
    values: pa.Array
    infinite: int = 0


def cast(texts: pa.Array, reading: str = UNKNOWN, *, comma_is_free: bool = False) -> Cast:
    """Read a batch of strings on a rung, or on the next ones below where it does not fit.

    Args:
        comma_is_free: values are not separated by commas, as in European files with semicolons,
            so that a comma between digits is a decimal mark.
    """
    import pyarrow.compute as pc

    trimmed = pc.ascii_trim_whitespace(texts)
    usable = without(trimmed, (*MISSING, *MISSING_AMONG_NUMBERS))
    if reading != TEXT:
        first = _first(usable)
        if first is None:
            return Cast(reading=reading, values=_all_missing(len(texts), reading))
        for rung in _rungs_from(reading, first, comma_is_free):
            if found := _try(usable, rung):
                return found
    return Cast(reading=TEXT, values=trimmed if usable is trimmed else without(trimmed, MISSING))


def told_apart(reading: str) -> str:
    """The reading where texts of its kind may be written in several ways, else nothing.

    Example:
        >>> told_apart("time:day/month/year"), told_apart("number")
        ('time:day/month/year', '')
    """
    return reading if reading in (*READINGS, DECIMAL_COMMA, THOUSANDS) else ""


def code_width(texts: pa.ChunkedArray) -> int:
    """How many digits each of these codes has, if it is as many for all and zeros lead; else 0.

    Example:
        >>> import pyarrow as pa
        >>> code_width(pa.chunked_array([["007", "123"]])), code_width(pa.chunked_array([["7"]]))
        (3, 0)
    """
    import pyarrow.compute as pc

    first = next((value.as_py() for value in texts if value.is_valid), "")
    if not first.isdecimal() or not pc.any(pc.starts_with(texts, "0")).as_py():
        return 0
    same = pc.match_substring_regex(texts, rf"^[0-9]{{{len(first)}}}$")
    return len(first) if len(first) > 1 and pc.all(same).as_py() else 0


def arrow_type(reading: str) -> pa.DataType:
    """The Arrow type of a column on a rung; a column without any value becomes float64."""
    import pyarrow as pa

    if reading.startswith("time:"):
        return pa.timestamp("us")
    return {INTEGER: pa.int64(), TEXT: pa.string()}.get(reading, pa.float64())


def without(texts: pa.Array, marks: tuple[str, ...]) -> pa.Array:
    """The texts with these marks of absence made missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    is_mark = pc.is_in(texts, value_set=pa.array(marks))
    if not pc.any(is_mark).as_py():
        return texts
    return pc.if_else(is_mark, pa.scalar(None, pa.string()), texts)


def _all_missing(count: int, reading: str) -> pa.Array:
    import pyarrow as pa

    return pa.nulls(count, arrow_type(reading))


def _first(texts: pa.Array) -> str | None:
    """The first value that is not missing."""
    return next((value.as_py() for value in texts if value.is_valid), None)


def _rungs_from(reading: str, first: str, comma_is_free: bool) -> tuple[str, ...]:
    """The rungs to try, highest first; those that the first value cannot be on are left out.

    A column that was a number once cannot become a time.
    """
    numbers = (INTEGER, NUMBER, DECIMAL_COMMA if comma_is_free else THOUSANDS)
    if reading in numbers:
        rungs = numbers[numbers.index(reading) :]
    elif reading != UNKNOWN:
        return READINGS[READINGS.index(reading) :]
    elif looks_like_time(first):
        return READINGS
    else:
        rungs = numbers
    if _INTEGER.match(first):
        return rungs
    return tuple(rung for rung in rungs if rung != INTEGER) if _MAYBE_NUMBER.match(first) else ()


def _try(texts: pa.Array, rung: str) -> Cast | None:
    import pyarrow as pa

    try:
        if rung == INTEGER:
            return _integers(texts)
        if rung == NUMBER:
            return _numbers(texts, NUMBER)
        if rung in (DECIMAL_COMMA, THOUSANDS):
            return _numbers_with_commas(texts, rung)
        return _times(texts, rung)
    except pa.ArrowInvalid:
        return None


def _integers(texts: pa.Array) -> Cast | None:
    import pyarrow as pa

    values = texts.cast(pa.int64())
    return None if _has_leading_zeros(texts) else Cast(reading=INTEGER, values=values)


def _numbers(texts: pa.Array, rung: str) -> Cast | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = texts.cast(pa.float64())
    if _has_leading_zeros(texts) or _has_long_integers(texts):
        return None
    finite = pc.is_finite(values)
    if pc.all(finite).as_py() is not False:
        return Cast(reading=rung, values=values)
    infinite = pc.sum(pc.is_inf(values)).as_py()
    values = pc.if_else(finite, values, pa.scalar(None, pa.float64()))
    return Cast(reading=rung, values=values, infinite=infinite)


def _numbers_with_commas(texts: pa.Array, rung: str) -> Cast | None:
    import pyarrow.compute as pc

    allowed = f"{_WITH_COMMA if rung == DECIMAL_COMMA else _WITH_THOUSANDS}|{_PLAIN_NUMBER}"
    if not pc.all(pc.match_substring_regex(texts, allowed)).as_py():
        return None
    mark = "." if rung == DECIMAL_COMMA else ""
    return _numbers(pc.replace_substring(texts, ",", mark), rung)


def _times(texts: pa.Array, rung: str) -> Cast | None:
    values = parse_times(texts, rung)
    return None if values is None else Cast(reading=rung, values=values)


def _has_leading_zeros(texts: pa.Array) -> bool:
    import pyarrow.compute as pc

    suspects = pc.or_(pc.starts_with(texts, "0"), pc.starts_with(texts, "-0"))
    if not pc.any(suspects).as_py():  # cheap, and the rule for most columns
        return False
    return bool(pc.any(pc.match_substring_regex(texts.filter(suspects), _LEADING_ZERO)).as_py())


def _has_long_integers(texts: pa.Array) -> bool:
    import pyarrow.compute as pc

    if (pc.max(pc.binary_length(texts)).as_py() or 0) <= _LONGEST_INTEGER:
        return False
    long = rf"^[-+]?[0-9]{{{_LONGEST_INTEGER + 1},}}$"
    return bool(pc.any(pc.match_substring_regex(texts, long)).as_py())
