"""Layouts: the same numbers under another shape.

Shapes: o outputs, i inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def transposed(weight: Tensor) -> Tensor:
    """(o, i) from (i, o), as GPT-2 keeps its layers."""
    return weight.transpose(0, 1).contiguous()


def reshaped(weight: Tensor, *, to: Sequence[int]) -> Tensor:
    """The same numbers in the same order: (o, i, 1, 1) from (o, i), (n, d) from (1, n, d)."""
    return weight.reshape(tuple(to)).clone()
