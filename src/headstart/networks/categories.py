"""Embeddings of categories: a learned vector for each value of each column.

Shapes: b rows (any leading dimensions), c columns, e entries of an embedding.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


class Categories(nn.Module):
    """Codes (..., c) -> vectors (..., c, e), all columns in one matrix.

    The first and the last code of a column, the unknown and the missing value, start from zero, so
    that a value which training never showed says nothing.
    """

    offsets: Tensor

    def __init__(
        self, sizes: Sequence[int], e: int, *, spread: float, generator: torch.Generator
    ) -> None:
        super().__init__()
        vectors = torch.randn(sum(sizes), e, generator=generator) * spread
        starts = torch.tensor([0, *sizes]).cumsum(0)
        vectors[starts[:-1]] = 0.0
        vectors[starts[1:] - 1] = 0.0
        self.vectors = nn.Parameter(vectors)
        self.register_buffer("offsets", starts[:-1], persistent=False)

    def forward(self, codes: Tensor) -> Tensor:
        return F.embedding(codes + self.offsets, self.vectors)
