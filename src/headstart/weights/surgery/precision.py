"""Dtypes: the target's own, where numbers with a fraction can be told apart in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

FRACTIONS = ("float64", "float32", "float16", "bfloat16")
_BITS = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}


def precision(weight: Tensor, *, to: str) -> Tensor:
    """The tensor in another dtype of torch.

    Example:
        >>> import torch
        >>> precision(torch.ones(1, dtype=torch.float16), to="float32").dtype
        torch.float32
    """
    import torch

    return weight.to(getattr(torch, to))


def loses_digits(before: str, after: str) -> bool:
    """Whether numbers are rounded on the way.

    Example:
        >>> loses_digits("float16", "float32"), loses_digits("float32", "bfloat16")
        (False, True)
    """
    return _BITS.get(after, 64) < _BITS.get(before, 64)
