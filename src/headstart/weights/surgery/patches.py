"""Patch size: the kernel that reads patches, resized so that larger patches mean the same.

A resized picture must give what the picture gave. Resizing is a linear map B of pixels, so the new
kernel is the pseudo-inverse of its transpose times the old one: exact where patches grow, the
least error where they shrink.

Shapes: o outputs, c channels, h x w pixels of a patch.
References: Beyer et al. 2023, "FlexiViT", section 3.4 (PI-resize); timm's `resample_patch_embed`,
to which the results are equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def patches(kernel: Tensor, *, to: Sequence[int]) -> Tensor:
    """(o, c, h', w') from (o, c, h, w)."""
    import torch

    before = tuple(kernel.shape[2:])
    inverse = torch.linalg.pinv(_resizing(before, tuple(to)).T)  # (h' w', h w)
    flat = kernel.double().flatten(2)
    return (flat @ inverse.T).reshape(*kernel.shape[:2], *to).to(kernel.dtype)


def _resizing(before: tuple[int, ...], after: tuple[int, ...]) -> Tensor:
    """The matrix (h' w', h w) that resizes a patch."""
    import torch
    import torch.nn.functional as F  # noqa: N812

    pixels = before[0] * before[1]
    units = torch.eye(pixels, dtype=torch.float32).reshape(pixels, 1, *before)
    resized = F.interpolate(units, size=after, mode="bicubic", antialias=True)
    return resized.reshape(pixels, -1).T.double()
