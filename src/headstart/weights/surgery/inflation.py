"""Kernels over time: a kernel of pictures, or of a shorter time, becomes one of a longer time.

Each moment gets the same kernel, divided by their number: a film that stands still gives what its
picture gave.

Shapes: o outputs, c channels, t and n moments, h x w pixels.
References: Carreira & Zisserman 2017, "Quo Vadis, Action Recognition?" (I3D inflation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def inflation(kernel: Tensor, *, moments: int) -> Tensor:
    """(o, c, n, h, w) from (o, c, h, w), or from (o, c, t, h, w) where t divides n.

    Example:
        >>> import torch
        >>> inflation(torch.ones(1, 1, 1, 1), moments=4).flatten().tolist()
        [0.25, 0.25, 0.25, 0.25]
    """
    if kernel.ndim == 4:
        kernel = kernel.unsqueeze(2)
    times = moments // kernel.shape[2]
    return kernel.repeat_interleave(times, dim=2) / times
