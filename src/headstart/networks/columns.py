"""What a network for tables takes in."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Widths of the three inputs of a network for tables.

    Attributes:
        edges: float32 (numbers, q): ascending quantiles of each scaled number.
        flags: zeros and ones, float32 (b, flags).
        sizes: codes of each category with more values than flags are made for, the unknown and
            the missing value among them; the codes are int64 (b, len(sizes)).
    """

    edges: Tensor
    flags: int
    sizes: tuple[int, ...]

    @property
    def numbers(self) -> int:
        """How many scaled numbers there are, float32 (b, numbers)."""
        return len(self.edges)
