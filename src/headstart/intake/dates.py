"""Dates and times written as text, in the forms that tables really have.

A form is a pattern and a rewriting into ISO 8601, which Arrow then parses strictly: the 31st of
February stays text. Days before months and months before days are told apart by the values; where
both would do, the month comes first only between slashes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

ISO = "time:iso"
_CLOCK = r"([T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?"
_ZONE = r"(?:Z|[+-]\d{2}:?\d{2})"
_ISO_PATTERN = (
    rf"^\d{{4}}-\d{{2}}(-\d{{2}}([T ]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d{{1,9}})?)?{_ZONE}?)?)?$"
)
_ZONED = rf":\d{{2}}(\.\d+)?{_ZONE}$"
_POSSIBLE = (  # of ISO texts, those whose month, day and clock are within their ranges
    r"^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])"
    rf"([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{{1,9}})?)?{_ZONE}?)?)?$"
)

# reading -> (pattern, rewriting)
_NUMERIC: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "time:year/month/day": (rf"^(\d{{4}})/(\d{{1,2}})/(\d{{1,2}}){_CLOCK}$", r"\1-\2-\3\4"),
        "time:year.month.day": (rf"^(\d{{4}})\.(\d{{1,2}})\.(\d{{1,2}}){_CLOCK}$", r"\1-\2-\3\4"),
        "time:day.month.year": (rf"^(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}}){_CLOCK}$", r"\3-\2-\1\4"),
        "time:month/day/year": (rf"^(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}){_CLOCK}$", r"\3-\1-\2\4"),
        "time:day/month/year": (rf"^(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}){_CLOCK}$", r"\3-\2-\1\4"),
        "time:day-month-year": (rf"^(\d{{1,2}})-(\d{{1,2}})-(\d{{4}}){_CLOCK}$", r"\3-\2-\1\4"),
        "time:month-day-year": (rf"^(\d{{1,2}})-(\d{{1,2}})-(\d{{4}}){_CLOCK}$", r"\3-\1-\2\4"),
    }
)
_NAMED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "time:day-name-year": (
            rf"^(\d{{1,2}})[ -]([A-Za-z]+)[ -](\d{{4}}){_CLOCK}$",
            r"\3-\2-\1\4",
        ),
        "time:name day, year": (rf"^([A-Za-z]+) (\d{{1,2}}),? (\d{{4}}){_CLOCK}$", r"\3-\1-\2\4"),
    }
)
READINGS: tuple[str, ...] = (ISO, *_NUMERIC, *_NAMED)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_ENDINGS = "uary|ruary|ch|il|e|y|ust|tember|t|ober|ember"


def looks_like_time(text: str) -> bool:
    """Whether one value has one of the forms; cheap, before a whole column is tried.

    Example:
        >>> looks_like_time("3.12.2024"), looks_like_time("3.12")
        (True, False)
    """
    import re

    forms = [pattern for pattern, _ in (*_NUMERIC.values(), *_NAMED.values())]
    return any(re.match(pattern, text) for pattern in (_ISO_PATTERN, *forms))


def parse_times(texts: pa.Array, reading: str) -> pa.Array | None:
    """Timestamps in microseconds, zones brought to UTC; None where a value has another form.

    Raises:
        ArrowInvalid: a value has the form but is no day of the calendar.
    """
    import pyarrow.compute as pc

    if reading == ISO:
        return _parse_iso(texts)
    pattern, rewriting = _NUMERIC.get(reading) or _NAMED[reading]
    if pc.all(pc.match_substring_regex(texts, pattern)).as_py() is False:
        return None
    iso = pc.replace_substring_regex(texts, pattern, rewriting)
    if reading in _NAMED:
        iso = _with_month_numbers(iso)
    return _parse_iso(_padded(iso))


def parse_each(texts: pa.Array, reading: str) -> pa.Array:
    """Timestamps in microseconds; what has another form, or is on no calendar, is missing.

    Clocks with and without a zone cannot be compared: of the two, the rarer are missing.
    """
    import pyarrow.compute as pc

    iso = texts
    if reading != ISO:
        pattern, rewriting = _NUMERIC.get(reading) or _NAMED[reading]
        iso = _only(texts, pc.match_substring_regex(texts, pattern))
        iso = pc.replace_substring_regex(iso, pattern, rewriting)
        iso = _padded(_with_month_numbers(iso) if reading in _NAMED else iso)
    iso = _only(iso, pc.match_substring_regex(iso, _POSSIBLE))
    zoned = pc.match_substring_regex(iso, _ZONED)
    many = pc.sum(zoned).as_py() or 0
    is_usual = zoned if 2 * many > len(iso) - iso.null_count else pc.invert(zoned)
    return _valid_days(_only(iso, is_usual))


def _only(texts: pa.Array, kept: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(kept, texts, pa.scalar(None, pa.string()))


def _valid_days(iso: pa.Array) -> pa.Array:
    """Parsed by halves where a day such as the 31st of April is among them."""
    import pyarrow as pa

    try:
        found = _parse_iso(iso)
        assert found is not None
        return found
    except pa.ArrowInvalid:
        if len(iso) == 1:
            return pa.nulls(1, pa.timestamp("us"))
    half = len(iso) // 2
    return pa.concat_arrays([_valid_days(iso[:half]), _valid_days(iso[half:])])


def _with_month_numbers(texts: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    texts = pc.ascii_lower(texts)
    for number, month in enumerate(_MONTHS, start=1):
        pattern = rf"-{month}(?:{_MONTH_ENDINGS})?-"
        texts = pc.replace_substring_regex(texts, pattern, f"-{number:02d}-")
    return pc.replace_substring(texts, "t", "T")


def _padded(texts: pa.Array) -> pa.Array:
    """Two digits for month, day and hour."""
    import pyarrow.compute as pc

    texts = pc.replace_substring_regex(texts, r"^(\d{4})-(\d)-", r"\1-0\2-")
    texts = pc.replace_substring_regex(texts, r"^(\d{4}-\d{2})-(\d)([T ]|$)", r"\1-0\2\3")
    texts = pc.replace_substring_regex(texts, r"[T ]+(\d):", r" 0\1:")
    return pc.replace_substring_regex(texts, r"[T ]+(\d{2}):", r" \1:")


def _parse_iso(texts: pa.Array) -> pa.Array | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.all(pc.match_substring_regex(texts, _ISO_PATTERN)).as_py() is False:
        return None
    texts = pc.replace_substring_regex(texts, r"^(\d{4}-\d{2})$", r"\1-01")
    texts = pc.replace_substring_regex(texts, r"(\.\d{6})\d+", r"\1")
    zoned = pc.match_substring_regex(texts, _ZONED)
    if not pc.any(zoned).as_py():
        return texts.cast(pa.timestamp("us"))
    if pc.all(zoned).as_py() is False:  # clocks with and without a zone cannot be compared
        return None
    return texts.cast(pa.timestamp("us", tz="UTC")).cast(pa.timestamp("us"))
