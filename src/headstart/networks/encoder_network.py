"""Pictures and the other columns of a row, read by a network that others have trained.

The encoder makes one vector of each picture of a row; a missing picture's vector is zero. Scaled
numbers and flags stand beside. The vector as a whole, and each column, are brought to one size by
constants that were found before training; then a linear head answers. A hidden layer between may
be added: it begins as nothing, so that the network starts from what its linear head says.

Statistics of batches stand still unless the network begins from random weights: a batch of sixteen
says too little, and what was measured on a million pictures is part of what is taken over.

Shapes: b rows, m pictures of a row, s x s pixels, d entries of a vector, c columns beside, o
outputs, h hidden units.
"""

from __future__ import annotations

import math
from typing import Self

import torch
from torch import Tensor, nn

from headstart.networks.augmentation import Augmentation
from headstart.networks.picture_encoders import PictureEncoder, Pixels


class EncoderNetwork(nn.Module):
    """Augmentation, encoder, sizes, head.

    Args:
        pictures: m.
        columns: c.
        hidden: units of the layer between; 0 leaves it out.
        dropout: share of the head's inputs that are left out while training.
        keeps_statistics: whether batch statistics stand still while training.
    """

    def __init__(
        self,
        trunk: PictureEncoder,
        pixels: Pixels,
        augmentation: Augmentation,
        *,
        pictures: int,
        columns: int,
        outputs: int,
        hidden: int = 0,
        dropout: float = 0.0,
        keeps_statistics: bool = True,
    ) -> None:
        super().__init__()
        self.augmentation, self.pixels, self.trunk = augmentation, pixels, trunk
        self._vectors = pictures * trunk.width
        width = self._vectors + columns
        self.register_buffer("centre", torch.zeros(width))
        self.register_buffer("scale", torch.ones(width))
        self.head = _zero(width, outputs)
        self.dropout = nn.Dropout(dropout)
        self.hidden = _hidden(width, hidden, outputs, dropout) if hidden and width else None
        self._keeps_statistics = keeps_statistics

    def train(self, mode: bool = True) -> Self:
        """As torch asks for it; batch statistics that stand still are never taken anew."""
        super().train(mode)
        if self._keeps_statistics:
            for module in self.trunk.modules():
                if isinstance(module, nn.modules.batchnorm._BatchNorm):
                    module.eval()
        return self

    def forward(self, pixels: Tensor, there: Tensor, columns: Tensor) -> Tensor:
        """(1, b, o): one network is an ensemble of one.

        Args:
            pixels: bytes (b, m, s, s, 3).
            there: (b, m), 0 where a picture is missing.
            columns: (b, c).
        """
        return self.answer(self.features(pixels, there, columns))

    def features(self, pixels: Tensor, there: Tensor, columns: Tensor) -> Tensor:
        """(b, m d + c), before they are brought to one size."""
        return self._features(self.lower(pixels, 0), 0, there, columns)

    def lower(self, pixels: Tensor, stop: int) -> Tensor:
        """What the first `stop` stages make of the pictures, (b m, ...)."""
        return self.trunk.lower(self.pixels(self.augmentation(pixels.flatten(0, 1))), stop)

    def upper(self, maps: Tensor, start: int, there: Tensor, columns: Tensor) -> Tensor:
        """(1, b, o) from maps (b, m, ...), which `lower` made with the first `start` stages."""
        values = maps.flatten(0, 1).float()
        if values.ndim == 4:
            values = values.contiguous(memory_format=torch.channels_last)
        return self.answer(self._features(values, start, there, columns))

    def _features(self, values: Tensor, start: int, there: Tensor, columns: Tensor) -> Tensor:
        """(b, m d + c) from what `lower` made, (b m, ...)."""
        vectors = self.trunk.upper(values, start)  # (b m, d)
        return self.joined(vectors.view(*there.shape, self.trunk.width), there, columns)

    def joined(self, vectors: Tensor, there: Tensor, columns: Tensor) -> Tensor:
        """(b, m d + c) from vectors (b, m, d)."""
        return torch.cat([(vectors * there[:, :, None]).flatten(1), columns], dim=1)

    def answer(self, features: Tensor) -> Tensor:
        """(1, b, o) from features as `features` makes them."""
        scaled = self.dropout(self.scaled(features))
        outputs = self.head(scaled)
        if self.hidden is not None:
            outputs = outputs + self.hidden(scaled)
        return outputs[None]  # type: ignore[no-any-return]

    def scaled(self, features: Tensor) -> Tensor:
        """Features of one size, (b, m d + c)."""
        return (features - self.get_buffer("centre")) / self.get_buffer("scale")

    @torch.no_grad()
    def measure_sizes(self, features: Tensor) -> None:
        """Take mean and spread of these features; what does not vary is left as it is."""
        if not features.shape[1]:
            return
        spread = features.std(dim=0, correction=0)
        self.get_buffer("centre").copy_(features.mean(dim=0))
        self.get_buffer("scale").copy_(torch.where(spread > 1e-6, spread, 1.0) * self.shares())

    def shares(self) -> Tensor:
        """What each feature's spread is divided by beside its own size, (m d + c,)."""
        shares = torch.ones(self.head.in_features)
        shares[: self._vectors] = math.sqrt(max(1, self._vectors))
        return shares

    def head_parameters(self) -> list[nn.Parameter]:
        """All that is not the encoder's."""
        hidden = [] if self.hidden is None else list(self.hidden.parameters())
        return [*self.head.parameters(), *hidden]

    def last_layers(self) -> list[nn.Module]:
        """The linear layers whose sum is the answer."""
        return [self.head] if self.hidden is None else [self.head, self.hidden[-1]]


def _hidden(width: int, hidden: int, outputs: int, dropout: float) -> nn.Sequential:
    first, last = nn.Linear(width, hidden), _zero(hidden, outputs)
    return nn.Sequential(first, nn.GELU(), nn.Dropout(dropout), last)


def _zero(width: int, outputs: int) -> nn.Linear:
    """A layer that begins as nothing; it may have no inputs, which torch's own start warns of."""
    layer = nn.Linear(max(width, 1), outputs)
    layer.weight = nn.Parameter(torch.zeros(outputs, width))
    layer.in_features = width
    nn.init.zeros_(layer.bias)
    return layer
