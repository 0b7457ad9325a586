"""Let only the words learn that occur in the rows at hand.

Most words of a large vocabulary are in none of some thousand texts: their gradients are zero, and
still they cost as much time and memory as the others. While a network learns, a small table of the
words that occur stands in the place of the large one.

Shapes: v words of the vocabulary, u of them that occur, d entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from headstart.networks.pretrained import Pretrained


class UsedWords(nn.Module):
    """Vectors of the words that occur, (u, d), under the numbers of the whole vocabulary."""

    def __init__(self, table: nn.Embedding, tokens: Tensor) -> None:
        super().__init__()
        self.used = torch.unique(tokens).long()
        self.places = torch.full((table.num_embeddings,), -1)
        self.places[self.used] = torch.arange(len(self.used))
        self.weight = nn.Parameter(table.weight[self.used].detach().clone())

    def forward(self, tokens: Tensor) -> Tensor:
        return F.embedding(self.places[tokens], self.weight)


@contextmanager
def only_used_words(trunk: nn.Module, tokens: Tensor) -> Iterator[None]:
    """Inside of the block a pretrained trunk knows these words alone; afterwards it knows all.

    Args:
        tokens: every token that it is given inside of the block, of any shape.
    """
    if not isinstance(trunk, Pretrained):
        yield
        return
    table = trunk.words
    small = UsedWords(table, tokens)
    trunk.take_words(small)
    try:
        yield
    finally:
        with torch.no_grad():
            table.weight[small.used] = small.weight
        trunk.take_words(table)
