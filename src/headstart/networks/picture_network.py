"""Pictures and the other columns of a row in one network: a trunk looks, a head answers.

The trunk makes one vector of each picture of a row; a missing picture's vector is zero. Scaled
numbers and flags stand beside the vectors, and a linear head answers.

Shapes: b rows, m pictures of a row, s x s pixels of k channels, d entries of a vector, c columns
beside, o outputs.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from headstart.networks.augmentation import Augmentation


class PictureNetwork(nn.Module):
    """Augmentation, trunk, head.

    Args:
        trunk: (b, s, s, k) of bytes -> (b, d); its `width` is d.
        pictures: m.
        columns: c.
        dropout: share of the head's inputs that are left out while training.
    """

    def __init__(
        self,
        trunk: Any,
        pictures: int,
        columns: int,
        outputs: int,
        *,
        augmentation: Augmentation,
        dropout: float,
    ) -> None:
        super().__init__()
        self.augmentation = augmentation
        self.trunk = trunk
        self.dropout = nn.Dropout(dropout)
        self.head = Head(pictures * trunk.width + columns, outputs)

    def forward(self, pixels: Tensor, there: Tensor, columns: Tensor) -> Tensor:
        """(1, b, o): one network is an ensemble of one.

        Args:
            pixels: (b, m, s, s, k) of bytes.
            there: (b, m), 0 where a picture is missing.
            columns: (b, c).
        """
        parts = [columns]
        if pixels.shape[1]:
            vectors = self.trunk(self.augmentation(pixels.flatten(0, 1)))  # (b m, d)
            parts.insert(0, (vectors.view(*there.shape, -1) * there[:, :, None]).flatten(1))
        return self.head(self.dropout(torch.cat(parts, dim=1)))[None]

    def last_layers(self) -> list[nn.Module]:
        """The linear layer that answers."""
        return [self.head]


class Head(nn.Module):
    """A linear layer that begins as nothing; it may have no inputs at all."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight, self.bias)
