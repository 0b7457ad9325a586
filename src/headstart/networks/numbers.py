"""Embeddings of single numbers: a straight line bends too little for a table's columns.

Shapes: b rows (any leading dimensions), d numbers, f frequencies, e entries of an embedding.
Reference: Gorishniy et al. 2022, "On Embeddings for Numerical Features in Tabular Deep Learning".
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class PeriodicNumbers(nn.Module):
    """Each number beside a learned mix of cosines of it: (..., d) -> (..., d * e).

    The frequencies start from a normal distribution with standard deviation `sigma`.
    Reference: Holzmüller et al. 2024, "Better by Default", section 3 (`PBLD`).
    """

    def __init__(self, d: int, *, f: int, e: int, sigma: float, generator: torch.Generator) -> None:
        super().__init__()
        self.frequencies = nn.Parameter(torch.randn(d, f, generator=generator) * sigma)
        self.phases = nn.Parameter((torch.rand(d, f, generator=generator) * 2 - 1) * math.pi)
        mix = torch.randn(d, f, e - 1, generator=generator) / math.sqrt(f)
        self.mix = nn.Parameter(mix)
        self.shift = nn.Parameter(torch.zeros(d, e - 1))

    def forward(self, x: Tensor) -> Tensor:
        waves = torch.cos(2 * math.pi * x.unsqueeze(-1) * self.frequencies + self.phases)
        bent = torch.einsum("...df,dfe->...de", waves, self.mix) + self.shift
        return torch.cat([x.unsqueeze(-1), bent], dim=-1).flatten(-2)  # (..., d * e)
