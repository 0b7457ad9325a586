"""A feed-forward network for tables, k members in one tensor.

Numbers are bent at quantiles or by cosines, small categories come as flags, larger ones are
embedded; a diagonal scale for each member (TabM's first adapter) stands before the layers.

Shapes: k members, b rows, h width of a layer, o outputs.
References: Holzmüller et al. 2024, "Better by Default" (RealMLP); Gorishniy et al. 2024, "TabM".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from headstart.networks.categories import Categories
from headstart.networks.columns import Columns
from headstart.networks.dropout import Dropout
from headstart.networks.members import MemberLinear
from headstart.networks.numbers import PeriodicNumbers, PiecewiseNumbers

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
        numbers: str,
        entries: int,
        frequencies: int,
        sigma: float,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.numbers: nn.Module = (
            PiecewiseNumbers(columns.edges, entries, generator=generator)
            if numbers == "piecewise"
            else PeriodicNumbers(
                columns.numbers, f=frequencies, e=entries, sigma=sigma, generator=generator
            )
        )
        self.categories = Categories(columns.sizes, _EMBEDDING, spread=1.0, generator=generator)
        width = columns.numbers * entries + columns.flags + len(columns.sizes) * _EMBEDDING
        self.scale = nn.Parameter(torch.ones(k, 1, width))
        widths = [width] + [h] * layers
        self.layers = nn.ModuleList(
            MemberLinear(k, i, j, bias=0.5, generator=generator) for i, j in pairwise(widths)
        )
        self.activation = ACTIVATIONS[activation]
        self.dropout = Dropout(dropout, generator)
        self.head = MemberLinear(k, widths[-1], o, bias=0.0, generator=generator)

    def forward(self, numbers: Tensor, flags: Tensor, codes: Tensor) -> Tensor:
        parts = [self.numbers(numbers), flags, self.categories(codes).flatten(-2)]
        x = torch.cat(parts, dim=-1) * self.scale  # (k, b, width)
        for layer in self.layers:
            x = self.dropout(self.activation(layer(x)))
        return self.head(x)

    def groups(self) -> list[tuple[list[nn.Parameter], float, float]]:
        """Parameters by how fast they learn and whether they decay (RealMLP, table A.1)."""
        layers = [*self.layers, self.head]
        embeddings = [*self.numbers.parameters(), self.categories.vectors]
        return [
            ([layer.weight for layer in layers], 1.0, 1.0),
            ([layer.bias for layer in layers], 0.1, 0.0),
            ([self.scale], 6.0, 1.0),
            (embeddings, 1.0, 1.0),
        ]
