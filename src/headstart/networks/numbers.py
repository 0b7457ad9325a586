"""Embeddings of single numbers: a straight line bends too little for a table's columns.

Shapes: b rows (any leading dimensions), d numbers, f frequencies, e entries of an embedding.
Reference: Gorishniy et al. 2022, "On Embeddings for Numerical Features in Tabular Deep Learning".
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class PiecewiseNumbers(nn.Module):
    """Each number as a straight line that bends at quantiles: (..., d) -> (..., d * e).

    The bends start from zero, so that training begins with a line (the paper's version B).
    Reference: Gorishniy et al. 2022, section 3.2; Gorishniy et al. 2024, "TabM", appendix.

    Args:
        edges: float32 (d, q), ascending: quantiles of each number in the training rows.
    """

    edges: Tensor
    slopes: Tensor

    def __init__(self, edges: Tensor, e: int, *, generator: torch.Generator) -> None:
        super().__init__()
        d, widths = len(edges), edges.diff(dim=1)
        self.line = nn.Parameter(torch.randn(d, e, generator=generator))
        self.shift = nn.Parameter(torch.randn(d, e, generator=generator) * 0.1)
        self.bends = nn.Parameter(torch.zeros(d, widths.shape[1], e))
        # A piece without width, where many rows share a value, says nothing.
        slopes = torch.where(widths > 0, 1.0 / widths.clamp_min(1e-12), 0.0)
        self.register_buffer("edges", edges[:, :-1].clone(), persistent=False)
        self.register_buffer("slopes", slopes, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        x = x.unsqueeze(-1)
        pieces = ((x - self.edges) * self.slopes).clamp(0.0, 1.0)  # (..., d, q - 1)
        bent = torch.einsum("...dq,dqe->...de", pieces, self.bends)
        return (bent + x * self.line + self.shift).flatten(-2)


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
