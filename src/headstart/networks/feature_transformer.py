"""A Transformer over the columns of a table: each feature of a row is a token.

A number becomes a token by a learned direction and a mix of cosines, a category by an embedding,
all flags together by one linear map. A token of its own (`summary`) gathers what the others say,
and the head reads it; so the last block asks for that token alone.

Shapes: b rows, t tokens, d entries of a token, a attention heads, o outputs.
Reference: Gorishniy et al. 2021, "Revisiting Deep Learning Models for Tabular Data", section 3.3.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from headstart.networks.categories import Categories
from headstart.networks.columns import Columns
from headstart.networks.dense import Dense
from headstart.networks.dropout import Dropout
from headstart.networks.members import MemberLinear


class NumberTokens(nn.Module):
    """Numbers (b, c) -> tokens (b, c, d): x times a direction, plus cosines of x, plus a bias."""

    def __init__(self, c: int, d: int, *, f: int, sigma: float, generator: torch.Generator) -> None:
        super().__init__()
        spread = 1.0 / math.sqrt(d)
        self.frequencies = nn.Parameter(torch.randn(c, f, generator=generator) * sigma)
        self.phases = nn.Parameter((torch.rand(c, f, generator=generator) * 2 - 1) * math.pi)
        self.mix = nn.Parameter(torch.randn(c, f, d, generator=generator) * spread / math.sqrt(f))
        self.direction = nn.Parameter(torch.randn(c, d, generator=generator) * spread)
        self.bias = nn.Parameter(torch.randn(c, d, generator=generator) * spread)

    def forward(self, x: Tensor) -> Tensor:
        waves = torch.cos(2 * math.pi * x.unsqueeze(-1) * self.frequencies + self.phases)
        bent = torch.einsum("bcf,cfd->bcd", waves, self.mix)
        return x.unsqueeze(-1) * self.direction + bent + self.bias


class Block(nn.Module):
    """Attention over the tokens, then a gated layer (ReGLU), each after a norm and added."""

    def __init__(
        self, d: int, a: int, *, hidden: int, dropout: float, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.first_norm, self.second_norm = nn.LayerNorm(d), nn.LayerNorm(d)
        self.query = Dense(d, d, generator=generator)
        self.key_value = Dense(d, 2 * d, generator=generator)
        self.joined = Dense(d, d, generator=generator)
        self.widen = Dense(d, 2 * hidden, generator=generator)
        self.narrow = Dense(hidden, d, generator=generator)
        self.dropout = Dropout(dropout, generator)
        self.heads = a

    def forward(self, x: Tensor, asking: int) -> Tensor:
        """(b, t, d) -> (b, asking, d): only the first `asking` tokens are worked out."""
        normed = self.first_norm(x)
        x = x[:, :asking] + self._attend(normed[:, :asking], normed)
        value, gate = self.widen(self.second_norm(x)).chunk(2, dim=-1)
        return x + self.narrow(self.dropout(value * F.relu(gate)))

    def _attend(self, asking: Tensor, asked: Tensor) -> Tensor:
        q = self._split(self.query(asking))
        k, v = (self._split(part) for part in self.key_value(asked).chunk(2, dim=-1))
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])  # (b, a, asking, t)
        gathered = self.dropout(scores.softmax(dim=-1)) @ v
        return self.joined(gathered.transpose(1, 2).flatten(-2))

    def _split(self, x: Tensor) -> Tensor:
        return x.reshape(*x.shape[:2], self.heads, -1).transpose(1, 2)  # (b, a, t, d / a)


class FeatureTransformer(nn.Module):
    """(numbers, flags, codes) -> outputs (1, b, o); the leading 1 is the one member."""

    def __init__(
        self,
        columns: Columns,
        o: int,
        *,
        d: int,
        blocks: int,
        heads: int,
        dropout: float,
        frequencies: int,
        sigma: float,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        spread = 1.0 / math.sqrt(d)
        self.numbers = NumberTokens(
            columns.numbers, d, f=frequencies, sigma=sigma, generator=generator
        )
        self.categories = Categories(columns.sizes, d, spread=spread, generator=generator)
        self.category_bias = nn.Parameter(
            torch.randn(len(columns.sizes), d, generator=generator) * spread
        )
        self.flags = Dense(columns.flags, d, generator=generator)
        self.summary = nn.Parameter(torch.randn(1, 1, d, generator=generator) * spread)
        self.blocks = nn.ModuleList(
            Block(d, heads, hidden=4 * d // 3, dropout=dropout, generator=generator)
            for _ in range(blocks)
        )
        self.norm = nn.LayerNorm(d)
        self.head = MemberLinear(1, d, o, bias=0.0, generator=generator)

    def forward(self, numbers: Tensor, flags: Tensor, codes: Tensor) -> Tensor:
        x = self._tokens(numbers, flags, codes)
        for place, block in enumerate(self.blocks, start=1):
            x = block(x, x.shape[1] if place < len(self.blocks) else 1)
        return self.head(F.relu(self.norm(x[:, 0])).unsqueeze(0))

    def groups(self) -> list[tuple[list[nn.Parameter], float, float]]:
        """Matrices inside of the blocks decay; tokens, norms and biases do not."""
        matrices = [
            value for name, value in self.blocks.named_parameters() if name.endswith("weight")
        ]
        matrices = [value for value in matrices if value.ndim > 1]
        inside = {id(value) for value in matrices}
        others = [value for value in self.parameters() if id(value) not in inside]
        return [
            (matrices, 1.0, 1.0),
            (others, 1.0, 0.0),
        ]

    def _tokens(self, numbers: Tensor, flags: Tensor, codes: Tensor) -> Tensor:
        parts = [
            self.summary.expand(len(numbers), 1, -1),
            self.numbers(numbers),
            self.categories(codes) + self.category_bias,
        ]
        if flags.shape[1]:
            parts.append(self.flags(flags).unsqueeze(1))
        return torch.cat(parts, dim=1)  # (b, t, d)
