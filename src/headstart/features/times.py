"""A time column as parts of the calendar and a day number.

Shapes: n rows, p parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

PARTS = ("year", "month", "day", "weekday", "hour", "days")
_MICROSECONDS_A_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeParts:
    """Parts of a time that are kept; `days` counts days, with their fraction, since `origin`.

    The hour carries its minutes as a fraction; Monday is 0. The origin is the first day of the
    training rows, so that float32 keeps seconds apart.
    """

    name: str
    kept: tuple[str, ...]
    origin: float

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.name} ({part})" for part in self.kept)

    def encode(self, values: pa.ChunkedArray) -> np.ndarray:
        """Float64, shape (n, p); a missing time is NaN in each part."""
        return _parts(values, self.kept, self.origin)


def learn_times(name: str, values: pa.ChunkedArray) -> TimeParts:
    """Keep the parts that differ between training rows, and the day number always."""
    days = _days(values)
    known = days[np.isfinite(days)]
    origin = float(np.floor(known.min())) if len(known) else 0.0
    matrix = _parts(values, PARTS, origin)
    matrix = matrix[~np.isnan(matrix[:, -1])]
    varies = matrix.min(axis=0) < matrix.max(axis=0) if len(matrix) else np.zeros(len(PARTS), bool)
    kept = tuple(
        part for part, differs in zip(PARTS, varies, strict=True) if differs or part == "days"
    )
    return TimeParts(name=name, kept=kept, origin=origin)


def _parts(values: pa.ChunkedArray, kept: tuple[str, ...], origin: float) -> np.ndarray:
    import pyarrow.compute as pc

    times = _timestamps(values)
    columns = []
    for part in kept:
        match part:
            case "year" | "month" | "day":
                column = pc.call_function(part, [times]).to_numpy()
            case "weekday":
                column = pc.day_of_week(times).to_numpy()
            case "hour":
                column = pc.hour(times).to_numpy() + pc.minute(times).to_numpy() / 60
            case _:
                column = _days(values) - origin
        columns.append(np.asarray(column, dtype=np.float64))
    return np.stack(columns, axis=1)


def _days(values: pa.ChunkedArray) -> np.ndarray:
    """Days since 1970 with their fraction, float64, shape (n,); missing is NaN."""
    import pyarrow as pa

    microseconds = _timestamps(values).cast(pa.int64()).cast(pa.float64(), safe=False).to_numpy()
    return np.asarray(microseconds, dtype=np.float64) / _MICROSECONDS_A_DAY


def _timestamps(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dates, times of any unit and ISO texts as microseconds; a zone keeps its local calendar."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(values.type) and values.type.tz:
        values = pc.local_timestamp(values)
    return values.cast(pa.timestamp("us"), safe=False)
