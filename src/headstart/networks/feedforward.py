"""A feed-forward network for tables, k members in one tensor.

Numbers are bent by cosines, small categories come as flags, larger ones are embedded; a diagonal
scale for each member (the rank-1 adapter that makes members differ) stands before the layers.

Shapes: k members, b rows, h width of a layer, o outputs.
References: Holzmüller et al. 2024, "Better by Default" (RealMLP); Gorishniy et al. 2024, "TabM".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from headstart.networks.categories import Categories
from headstart.networks.columns import Columns
from headstart.networks.dropout import Dropout
from headstart.networks.members import Bend, MemberLinear
from headstart.networks.numbers import PeriodicNumbers

ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = MappingProxyType(
    {"relu": F.relu, "selu": F.selu, "mish": F.mish, "silu": F.silu}
)
_EMBEDDING = 8


class FeedForward(nn.Module):
    """(numbers, flags, codes) -> outputs of each member, (k, b, o).

    Inputs may lead with a member dimension, (k, b, ...): then each member sees rows of its own.
    """

    def __init__(
        self,
        columns: Columns,
        o: int,
        *,
        k: int,
        h: int,
        layers: int,
        activation: str,
        dropout: float,
        frequencies: int,
        bends: int,
        sigma: float,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.numbers = PeriodicNumbers(
            columns.numbers, f=frequencies, e=bends, sigma=sigma, generator=generator
        )
        self.categories = Categories(columns.sizes, _EMBEDDING, spread=1.0, generator=generator)
        width = columns.numbers * bends + columns.flags + len(columns.sizes) * _EMBEDDING
        self.scale = nn.Parameter(torch.ones(k, 1, width))
        widths = [width] + [h] * layers
        self.layers = nn.ModuleList(
            MemberLinear(k, i, j, bias=0.5, generator=generator) for i, j in pairwise(widths)
        )
        self.bends = nn.ModuleList(Bend(k, h, ACTIVATIONS[activation]) for _ in range(layers))
        self.dropout = Dropout(dropout, generator)
        self.head = MemberLinear(k, widths[-1], o, bias=0.0, generator=generator)

    def forward(self, numbers: Tensor, flags: Tensor, codes: Tensor) -> Tensor:
        parts = [self.numbers(numbers), flags, self.categories(codes).flatten(-2)]
        x = torch.cat(parts, dim=-1) * self.scale  # (k, b, width)
        for layer, bend in zip(self.layers, self.bends, strict=True):
            x = self.dropout(bend(layer(x)))
        return self.head(x)

    def groups(self) -> list[dict[str, Any]]:
        """Parameters by how fast they learn and whether they decay (RealMLP, table A.1)."""
        layers = [*self.layers, self.head]
        embeddings = [*self.numbers.parameters(), self.categories.vectors]
        return [
            {"params": [layer.weight for layer in layers], "pace": 1.0, "decays": 1.0},
            {"params": [layer.bias for layer in layers], "pace": 0.1, "decays": 0.0},
            {"params": [self.scale], "pace": 6.0, "decays": 1.0},
            {"params": [bend.amount for bend in self.bends], "pace": 0.1, "decays": 1.0},
            {"params": embeddings, "pace": 1.0, "decays": 1.0},
        ]
