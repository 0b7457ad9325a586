"""Arrow arrays of any type become those that a `Table` holds.

Integers become int64, other numbers float64 (NaN and infinities missing), truth values the words
False and True, dates and times timestamps in microseconds without a zone (in UTC), texts strings,
lists of numbers lists of float64. The type alone decides, so batches of one column stay alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.intake.casts import UNKNOWN, cast
from headstart.intake.dates import looks_like_time

if TYPE_CHECKING:
    import pyarrow as pa


def plain_array(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray | None:
    """The same values in a type of the table; None for a type that no column can have.

    Example:
        >>> import pyarrow as pa
        >>> plain_array(pa.array([True, None])).to_pylist()
        ['True', None]
    """
    import pyarrow as pa
    import pyarrow.types as types

    kind = values.type
    if types.is_dictionary(kind):
        return plain_array(_decoded(values))
    if types.is_null(kind):
        return values.cast(pa.float64())
    if types.is_boolean(kind):
        return _words(values)
    if types.is_integer(kind):
        wide = types.is_uint64(kind)  # may reach beyond what int64 holds
        return values.cast(pa.float64(), safe=False) if wide else values.cast(pa.int64())
    if types.is_floating(kind) or types.is_decimal(kind):
        return finite(values.cast(pa.float64()))
    if types.is_date(kind) or types.is_timestamp(kind):
        return values.cast(pa.timestamp("us", tz=getattr(kind, "tz", None)), safe=False).cast(
            pa.timestamp("us")
        )
    return _others(values)


def finite(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Numbers with NaN and infinities made missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    good = pc.is_finite(values)
    if pc.all(good).as_py() is not False:
        return values
    return pc.if_else(good, values, pa.scalar(None, pa.float64()))


def _others(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray | None:
    import pyarrow as pa
    import pyarrow.types as types

    kind = values.type
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return values.cast(pa.string())
    if types.is_duration(kind):
        return values.cast(pa.duration("us")).cast(pa.int64()).cast(pa.float64())
    if types.is_time(kind):
        return values.cast(pa.string())
    if _is_list(kind) and _is_number(kind.value_type):
        return values.cast(pa.list_(pa.float64()))
    return None


def texts_as_times(values: pa.ChunkedArray) -> tuple[pa.ChunkedArray, str]:
    """Times where every text is one, with the way in which they are written; else the same texts.

    Texts of typed files and frames never become numbers: their owner chose text. Dates are written
    as text all the same, for want of a type in JSON or out of habit.
    """
    import pyarrow as pa

    if not pa.types.is_string(values.type):
        return values, ""
    first = next((value.as_py() for value in values if value.is_valid), "")
    if not looks_like_time(first):
        return values, ""
    found = cast(values.combine_chunks(), UNKNOWN)
    if not found.reading.startswith("time:"):
        return values, ""
    return pa.chunked_array([found.values]), found.reading


def _words(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(values, pa.scalar("True"), pa.scalar("False"))


def _decoded(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    return values.cast(values.type.value_type)


def _is_list(kind: pa.DataType) -> bool:
    import pyarrow.types as types

    return types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow.types as types

    return types.is_integer(kind) or types.is_floating(kind)
