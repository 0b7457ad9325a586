"""Queries, keys and values: one tensor of three parts, or three tensors.

Shapes: each part is (d, ...); fused they are (3 d, ...), in the order in which they are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def fused(parts: Sequence[Tensor]) -> Tensor:
    """One above the other."""
    import torch

    return torch.cat(list(parts))


def split(whole: Tensor, *, part: int, parts: int) -> Tensor:
    """Part number `part` of `parts` equal ones.

    Example:
        >>> import torch
        >>> split(torch.arange(6), part=1, parts=3).tolist()
        [2, 3]
    """
    return whole.chunk(parts)[part].clone()
