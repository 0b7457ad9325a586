"""Pictures a little beside, mirrored, or with a hole: the same answer for what looks different.

While training, each picture is moved by some pixels (its edge is repeated), mirrored in half of the
cases, and loses a square. What is drawn comes from torch's global generator.

Shapes: b pictures of s x s pixels and c channels.
Reference: Simard, Steinkraus & Platt 2003, "Best Practices for Convolutional Neural Networks";
DeVries & Taylor 2017, "Improved Regularization of Convolutional Neural Networks with Cutout".
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Augmentation(nn.Module):
    """(b, s, s, c) of bytes -> the same; unchanged when not training.

    Args:
        shift: the most pixels by which a picture is moved, in each direction.
        mirrors: whether left and right may be exchanged.
        hole: side of the square that is filled with the picture's mean; 0 leaves all as it is.
    """

    def __init__(self, *, shift: int, mirrors: bool, hole: int) -> None:
        super().__init__()
        self._shift, self._mirrors, self._hole = shift, mirrors, hole

    def forward(self, pixels: Tensor) -> Tensor:
        if not self.training or not (self._shift or self._mirrors or self._hole):
            return pixels
        b, s = pixels.shape[:2]
        down, right = self._places(b, s), self._places(b, s)
        if self._mirrors:
            is_mirrored = torch.rand(b, 1) < 0.5
            right = torch.where(is_mirrored, right.flip(1), right)
        moved = pixels[torch.arange(b)[:, None, None], down[:, :, None], right[:, None, :]]
        return self._holed(moved) if self._hole else moved

    def _places(self, b: int, s: int) -> Tensor:
        """From where each row or column of pixels is taken, (b, s)."""
        places = torch.arange(s).expand(b, s)
        if not self._shift:
            return places
        return (places + torch.randint(-self._shift, self._shift + 1, (b, 1))).clamp(0, s - 1)

    def _holed(self, pixels: Tensor) -> Tensor:
        b, s = pixels.shape[:2]
        mean = pixels.float().mean(dim=(1, 2), keepdim=True).to(pixels.dtype)
        down, right = self._is_cut(b, s), self._is_cut(b, s)
        return torch.where((down[:, :, None] & right[:, None, :])[..., None], mean, pixels)

    def _is_cut(self, b: int, s: int) -> Tensor:
        """Which rows or columns of pixels a square around a place drawn at random has, (b, s)."""
        first = torch.randint(s, (b, 1)) - self._hole // 2
        places = torch.arange(s)
        return (places >= first) & (places < first + self._hole)
