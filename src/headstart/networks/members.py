"""Layers of k networks in one tensor: an ensemble for the price of one loop.

Shapes: k members, b rows, i inputs, o outputs.
References: Wen et al. 2020, "BatchEnsemble"; Gorishniy et al. 2024, "TabM", section 3.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class MemberLinear(nn.Module):
    """A linear layer for each member: (k, b, i) -> (k, b, o).

    Weights are stored with a spread of 1 and used divided by the root of i, so that one learning
    rate suits every width (the neural-tangent parametrisation of Jacot et al. 2018).
    """

    def __init__(self, k: int, i: int, o: int, *, bias: float, generator: torch.Generator) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(k, i, o, generator=generator))
        self.bias = nn.Parameter(torch.randn(k, 1, o, generator=generator) * bias)
        self.scale = 1.0 / math.sqrt(max(i, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.baddbmm(self.bias, x, self.weight * self.scale)
