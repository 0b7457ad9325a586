"""Convolutions from scratch: each stage sees twice as far and half as fine, then one vector.

A stage convolves, takes the largest of each two by two, and normalises; where the map has become
small, two more convolutions beside a path that leaves everything as it is make it deeper. The last
map's means and largest values are the vector. With the linear head above it, this is convolutions,
max-pooling and one fully connected layer.

Shapes: b pictures of s x s pixels and c channels, maps (b, channels, h, w), d entries of a vector.
References: LeCun et al. 1998, "Gradient-Based Learning Applied to Document Recognition"; Ioffe &
Szegedy 2015, "Batch Normalization"; He et al. 2016, "Deep Residual Learning"; the order of pooling
and normalising, which spares three quarters of the latter, is that of Page 2018, "How to Train Your
ResNet".
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from headstart.networks.pyramid import Level, levels


class Convolutional(nn.Module):
    """(b, s, s, c) of bytes -> (b, d).

    Args:
        size: s.
        width: channels of the first stage; each later one has twice as many, up to eight times.
    """

    def __init__(self, size: int, channels: int, width: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("spread", torch.ones(channels))
        found = levels(size, channels, width)
        self.maps = nn.ModuleList(Stage(level) for level in found)
        self.width = 2 * found[-1].after

    def forward(self, pixels: Tensor) -> Tensor:
        maps = (pixels.float() - self.get_buffer("mean")) / self.get_buffer("spread")
        maps = maps.permute(0, 3, 1, 2)  # channels stay side by side in memory
        for stage in self.maps:
            maps = stage(maps)
        return torch.cat([maps.mean(dim=(2, 3)), maps.amax(dim=(2, 3))], dim=1)

    @torch.no_grad()
    def measure_brightness(self, pixels: Tensor) -> None:
        """Take mean and spread of each channel of these pictures, (n, s, s, c) of bytes."""
        values = pixels.float().flatten(0, 2)
        self.get_buffer("mean").copy_(values.mean(dim=0))
        self.get_buffer("spread").copy_(values.std(dim=0, correction=0).clamp_min(1.0))


class Stage(nn.Module):
    """Convolve, pool, normalise; and where it is deep, twice more beside what came out."""

    def __init__(self, level: Level) -> None:
        super().__init__()
        o = level.after
        self.entry = nn.Conv2d(level.before, o, 3, padding=1, bias=False)
        self.norm = Norm(o)
        self.halves = level.halves
        self.more = nn.Sequential(Convolution(o), Convolution(o)) if level.is_deep else None

    def forward(self, maps: Tensor) -> Tensor:
        maps = self.entry(maps).contiguous(memory_format=torch.channels_last)
        if self.halves:
            maps = F.max_pool2d(maps, 2)
        maps = F.relu(self.norm(maps))
        return maps if self.more is None else maps + self.more(maps)


class Convolution(nn.Module):
    """A convolution, normalised, without what is negative."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm = Norm(width)

    def forward(self, maps: Tensor) -> Tensor:
        return F.relu(self.norm(self.convolution(maps)))


class Norm(nn.BatchNorm2d):
    """Batch normalisation that keeps its running figures where a batch is a single value."""

    def forward(self, input: Tensor) -> Tensor:
        if input.numel() > input.shape[1]:
            return super().forward(input)
        return F.batch_norm(
            input, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
        )
