"""How like pictures are to those that a network has learned from, by what its layers expect.

A layer that normalises batches keeps the mean and the variance of what it has seen in training.
Where the user's pictures arrive there with others, the network looks at something unlike. The gap
is the divergence of the two normal distributions, KL(seen here || kept), averaged over channels and
layers; a network without such layers does not tell.

Reference: Li et al. 2017, "Revisiting Batch Normalization For Practical Domain Adaptation" (the
statistics of these layers tell domains apart).

Shapes: c channels.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor, nn

from headstart.records.suitability import Similarity

MEASURE = "nats of gap"
MOST_PICTURES = 48
# EfficientNet-Lite0 at 96 and 224 pixels: parts of photographs 0.09 and 0.18; drawn things 0.26 and
# 0.23, grey clothes 0.30; written digits 0.45 and 0.51, noise 0.66 and 0.69.
_HIGH, _MEDIUM = 0.2, 0.4


class _Moments:
    """Sums over everything that reached one layer, by channel, in double precision (c)."""

    def __init__(self) -> None:
        self.count, self.total, self.squares = 0, torch.zeros(()), torch.zeros(())

    def add(self, layer: nn.Module, arguments: tuple[Tensor, ...]) -> None:
        seen = arguments[0].detach().double()
        others = [axis for axis in range(seen.dim()) if axis != 1]
        self.count += seen.numel() // seen.shape[1]
        self.total = self.total + seen.sum(dim=others)
        self.squares = self.squares + seen.square().sum(dim=others)

    def gap(self, layer: nn.BatchNorm2d) -> float:
        """Mean divergence over the channels."""
        assert layer.running_mean is not None
        assert layer.running_var is not None
        mean, kept = self.total / self.count, layer.running_mean.double()
        spread = (self.squares / self.count - mean.square()).clamp_min(0) + layer.eps
        wide = layer.running_var.double() + layer.eps
        each = 0.5 * ((wide / spread).log() + (spread + (mean - kept).square()) / wide - 1)
        return float(each.mean())


def gap(network: nn.Module, read: Callable[[], Any]) -> float | None:
    """The mean divergence (nats, 0 and more) while `read` sends pictures through the network.

    None for a network that normalises no batches, or that nothing was sent through.
    """
    layers = [
        each
        for each in network.modules()
        if isinstance(each, nn.BatchNorm2d) and each.running_mean is not None
    ]
    moments = [_Moments() for _ in layers]
    hooks = [
        layer.register_forward_pre_hook(partial(_Moments.add, each))
        for layer, each in zip(layers, moments, strict=True)
    ]
    try:
        read()
    finally:
        for hook in hooks:
            hook.remove()
    gaps = [each.gap(layer) for layer, each in zip(layers, moments, strict=True) if each.count > 1]
    return sum(gaps) / len(gaps) if gaps else None


def of_gap(value: float | None) -> Similarity | None:
    """The gap among those of pictures that are known to suit, or not to."""
    if value is None:
        return None
    return Similarity(measure=MEASURE, value=value, level=_level(value))


def _level(value: float) -> Literal["high", "medium", "low"]:
    if value <= _HIGH:
        return "high"
    return "medium" if value <= _MEDIUM else "low"
