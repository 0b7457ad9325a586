"""Small networks that read tokens from scratch: a bidirectional LSTM, and a Transformer.

Both begin with vectors of tokens that learn with the rest, and end with one vector a text: entries'
means beside their largest values, over the tokens that are there.

Shapes: b texts, t tokens, v tokens of the vocabulary, d entries of a token, h of a direction.
References: Hochreiter & Schmidhuber 1997, "Long Short-Term Memory"; Vaswani et al. 2017, "Attention
Is All You Need"; Xiong et al. 2020, "On Layer Normalization in the Transformer Architecture".
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class Recurrent(nn.Module):
    """Reads a text in both directions."""

    can_be_entered = False

    def __init__(self, v: int, d: int, h: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.embedding = nn.Embedding(v, d)
        self.dropout = nn.Dropout(dropout)
        between = dropout if layers > 1 else 0.0
        self.reader = nn.LSTM(d, h, layers, batch_first=True, bidirectional=True, dropout=between)
        self.width = 4 * h

    def forward(self, tokens: Tensor, lengths: Tensor, kinds: Tensor) -> Tensor:
        """(b, 4 h)."""
        seen = self.dropout(self.embedding(tokens.long()))
        packed = pack_padded_sequence(seen, lengths.long(), batch_first=True, enforce_sorted=False)
        hidden, _ = pad_packed_sequence(self.reader(packed)[0], batch_first=True)  # (b, t, 2 h)
        return _pooled(hidden, lengths)

    def stages(self) -> list[list[nn.Parameter]]:
        """Vectors of tokens, then the reader."""
        return [list(self.embedding.parameters()), list(self.reader.parameters())]


class Attentive(nn.Module):
    """Lets every token of a text look at every other.

    Args:
        longest: most tokens of a text; each place has a vector of its own.
    """

    can_be_entered = False

    def __init__(
        self, v: int, d: int, heads: int, blocks: int, longest: int, dropout: float
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(v, d)
        self.places = nn.Embedding(longest, d)
        self.kinds = nn.Embedding(2, d)
        for table in (self.embedding, self.places, self.kinds):
            nn.init.normal_(table.weight, std=0.02)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(
                d, heads, 4 * d, dropout, "gelu", batch_first=True, norm_first=True
            )
            for _ in range(blocks)
        )
        self.norm = nn.LayerNorm(d)
        self.width = 2 * d

    def forward(self, tokens: Tensor, lengths: Tensor, kinds: Tensor) -> Tensor:
        """(b, 2 d)."""
        places = torch.arange(tokens.shape[1])
        hidden = self.embedding(tokens.long()) + self.places(places) + self.kinds(kinds.long())
        hidden = self.dropout(hidden)
        absent = places >= lengths[:, None]
        for block in self.blocks:
            hidden = block(hidden, src_key_padding_mask=absent)
        return _pooled(self.norm(hidden), lengths)

    def stages(self) -> list[list[nn.Parameter]]:
        """Vectors of tokens and places, then the blocks."""
        tables = (self.embedding, self.places, self.kinds)
        inside = [list(block.parameters()) for block in self.blocks]
        inside[-1] += list(self.norm.parameters())
        return [[each for table in tables for each in table.parameters()], *inside]


def _pooled(hidden: Tensor, lengths: Tensor) -> Tensor:
    """Means beside largest values of (b, t, d) over the tokens that are there, (b, 2 d)."""
    there = (torch.arange(hidden.shape[1]) < lengths[:, None])[:, :, None]
    mean = (hidden * there).sum(dim=1) / lengths[:, None]
    largest = hidden.masked_fill(~there, -torch.inf).max(dim=1).values
    return torch.cat([mean, largest], dim=1).float()
