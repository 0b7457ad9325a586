"""Texts and the other columns of a row in one network: a trunk reads, a head answers.

The trunk makes one vector of a row's texts; scaled numbers and flags stand beside it. The vector as
a whole, and each column, are brought to one size by constants that were found before training: were
each entry of the vector of this size, one step would move the answer as many times as far. Then a
linear head answers.
A hidden layer between may be added: it begins as nothing, so that the network starts from what its
linear head says.

Shapes: b rows, d entries of the trunk's vector, c other inputs, o outputs, h hidden units.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Protocol

import torch
from torch import Tensor, nn


class Trunk(Protocol):
    """What reads texts: a torch module with some more names.

    Attributes:
        can_be_entered: whether it has `lower` and `upper`, as `Pretrained` has.
    """

    width: int
    can_be_entered: bool
    __call__: Callable[..., Any]

    def stages(self) -> list[list[nn.Parameter]]:
        """Parameters from the bottom to the top."""
        ...


class TextNetwork(nn.Module):
    """Trunk, sizes, head.

    Args:
        columns: c, entries beside the trunk's vector.
        hidden: units of the layer between; 0 leaves it out.
        dropout: share of the entries that are left out while training.
    """

    def __init__(
        self, trunk: Any, columns: int, outputs: int, *, hidden: int = 0, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.trunk = trunk
        width = trunk.width + columns
        self.register_buffer("centre", torch.zeros(width))
        self.register_buffer("scale", torch.ones(width))
        self.head = nn.Linear(width, outputs)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        self.dropout = nn.Dropout(dropout)
        self.hidden = _hidden(width, hidden, outputs, dropout) if hidden else None

    def forward(self, tokens: Tensor, lengths: Tensor, kinds: Tensor, columns: Tensor) -> Tensor:
        """(1, b, o): one network is an ensemble of one."""
        return self.answer(self.features(tokens, lengths, kinds, columns))

    def features(self, tokens: Tensor, lengths: Tensor, kinds: Tensor, columns: Tensor) -> Tensor:
        """(b, d + c), before they are brought to one size; padding that no row needs is cut."""
        pooled = self.trunk(*without_padding(tokens, lengths, kinds))
        return torch.cat([pooled, columns], dim=1)

    def lower(self, tokens: Tensor, lengths: Tensor, kinds: Tensor, stop: int) -> Tensor:
        """What the first `stop` stages of the trunk make of the tokens, (b, t, d)."""
        return self.trunk.lower(*without_padding(tokens, lengths, kinds), stop)  # type: ignore[no-any-return]

    def upper(
        self, maps: Tensor, start: int, lengths: Tensor, kinds: Tensor, columns: Tensor
    ) -> Tensor:
        """(1, b, o) from maps (b, t, d), which `lower` made with the first `start` stages."""
        pooled = self.trunk.upper(maps.float(), lengths, start)
        return self.answer(torch.cat([pooled, columns], dim=1))

    def answer(self, features: Tensor) -> Tensor:
        """(1, b, o) from features as `features` makes them."""
        scaled = self.dropout(self.scaled(features))
        outputs = self.head(scaled)
        if self.hidden is not None:
            outputs = outputs + self.hidden(scaled)
        return outputs[None]

    def scaled(self, features: Tensor) -> Tensor:
        """Features of one size, (b, d + c)."""
        return (features - self.get_buffer("centre")) / self.get_buffer("scale")

    @torch.no_grad()
    def measure_sizes(self, features: Tensor) -> None:
        """Take mean and spread of these features; what does not vary is left as it is."""
        spread = features.std(dim=0, correction=0)
        self.get_buffer("centre").copy_(features.mean(dim=0))
        self.get_buffer("scale").copy_(torch.where(spread > 1e-6, spread, 1.0) * self.shares())

    def shares(self) -> Tensor:
        """What each feature's spread is divided by beside its own size, (d + c,)."""
        shares = torch.ones(self.head.in_features)
        shares[: self.trunk.width] = math.sqrt(self.trunk.width)
        return shares

    def head_parameters(self) -> list[nn.Parameter]:
        """All that is not the trunk's."""
        hidden = [] if self.hidden is None else list(self.hidden.parameters())
        return [*self.head.parameters(), *hidden]

    def last_layers(self) -> list[nn.Module]:
        """The linear layers whose sum is the answer."""
        return [self.head] if self.hidden is None else [self.head, self.hidden[-1]]


def without_padding(
    tokens: Tensor, lengths: Tensor, kinds: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """The same rows, as wide as the longest of them."""
    longest = int(lengths.max())
    return tokens[:, :longest], lengths, kinds[:, :longest]


def _hidden(width: int, hidden: int, outputs: int, dropout: float) -> nn.Sequential:
    last = nn.Linear(hidden, outputs)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Dropout(dropout), last)
