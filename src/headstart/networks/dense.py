"""A linear layer whose first weights come from a generator of its own."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


class Dense(nn.Module):
    """(..., i) -> (..., o); uniform first weights within 1 / sqrt(i), as torch draws them."""

    def __init__(self, i: int, o: int, *, generator: torch.Generator) -> None:
        super().__init__()
        bound = 1.0 / math.sqrt(max(i, 1))
        draw = torch.rand(o, i, generator=generator) * 2 - 1
        self.weight = nn.Parameter(draw * bound)
        self.bias = nn.Parameter(torch.zeros(o))

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight, self.bias)
