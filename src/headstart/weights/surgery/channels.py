"""Input channels: the first convolution of a network for pictures of other channels.

One channel: the sum over the source's. More: the channels again and again, cut to the number asked
for, divided so that a pixel that is the same in all of them gives what it gave before.

Shapes: o outputs, c and n channels, k the kernel.
References: timm's `adapt_input_conv`, to which the results are equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def channels(kernel: Tensor, *, to: int) -> Tensor:
    """(o, n, *k) from (o, c, *k).

    Example:
        >>> import torch
        >>> channels(torch.ones(1, 3, 1, 1), to=1).flatten().tolist()
        [3.0]
    """
    before = kernel.shape[1]
    if to == 1:
        return kernel.sum(dim=1, keepdim=True)
    repeats = [1] * kernel.ndim
    repeats[1] = -(-to // before)
    return kernel.repeat(repeats)[:, :to] * (before / to)
