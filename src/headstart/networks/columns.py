"""What a network for tables takes in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Widths of the three inputs of a network for tables.

    Attributes:
        numbers: scaled numbers, float32 (b, numbers).
        flags: zeros and ones, float32 (b, flags).
        sizes: codes of each category with more values than flags are made for, the unknown and
            the missing value among them; the codes are int64 (b, len(sizes)).
    """

    numbers: int
    flags: int
    sizes: tuple[int, ...]
