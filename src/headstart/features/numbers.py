"""A column of numbers as one matrix column, moved where single precision could not tell it apart.

Shapes: n rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from headstart.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number, less `shift` where float32 could not tell its values apart (1e9, 1e9 + 1, ...)."""

    name: str
    shift: float = 0.0

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def encode(self, values: pa.ChunkedArray) -> np.ndarray:
        """Float64, shape (n, 1)."""
        return (_floats(values, self.name) - self.shift)[:, None]


def learn_number(name: str, values: pa.ChunkedArray) -> Number:
    """The middle of numbers that lie close together far from zero as their shift, else 0.

    Float32 has 24 bits: beyond a ratio of 1e5 fewer than a hundred steps would be left.

    Example:
        >>> import pyarrow as pa
        >>> learn_number("at", pa.chunked_array([[1e9, 1e9 + 2]])).shift
        1000000001.0
    """
    numbers = _floats(values, name)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return Number(name=name)
    low, high = float(numbers.min()), float(numbers.max())
    close = high > low and max(abs(low), abs(high)) > 1e5 * (high - low) / 2
    return Number(name=name, shift=low + (high - low) / 2 if close else 0.0)


def _floats(values: pa.ChunkedArray, name: str) -> np.ndarray:
    """Numbers of any Arrow type as float64, shape (n,); null becomes NaN."""
    import pyarrow as pa

    try:
        numbers = values if pa.types.is_float64(values.type) else values.cast(pa.float64(), False)
    except pa.ArrowInvalid as error:
        raise DataError(
            f"column `{name}` should hold numbers but has other values: {error}.",
            "Read it as a category, or clean the file.",
        ) from None
    return np.asarray(numbers.to_numpy(), dtype=np.float64)
