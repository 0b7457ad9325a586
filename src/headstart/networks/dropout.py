"""Dropout that draws from a generator of its own, cheaply.

`torch.nn.functional.dropout` draws from the global generator, which a library must not touch, and
on a processor the draw costs more than a small layer. Here a pool of masks is drawn once; each call
cuts its mask from the pool at a random place.

Reference: Srivastava et al. 2014, "Dropout", section 4.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

_POOL = 1 << 20


class Dropout(nn.Module):
    """Set a `share` of the entries to zero while training, and scale up the others."""

    def __init__(self, share: float, generator: torch.Generator) -> None:
        super().__init__()
        self.share = share
        self._generator = generator
        self._pool = torch.empty(0)

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.share == 0.0:
            return x
        return x * self._mask(x.numel(), x.dtype).view(x.shape)

    def _mask(self, size: int, dtype: torch.dtype) -> Tensor:
        if len(self._pool) < 2 * size or self._pool.dtype != dtype:
            kept = torch.rand(max(_POOL, 2 * size), generator=self._generator) >= self.share
            self._pool = kept.to(dtype).div_(1.0 - self.share)
        last = len(self._pool) - size
        first = int(torch.randint(last + 1, (), generator=self._generator))
        return self._pool[first : first + size]
