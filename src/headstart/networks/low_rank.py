"""Learn a small change of large layers: W + (a / r) B A, where only A and B learn.

B begins at zero, so the changed network begins as the unchanged one; afterwards the change is
added to W and nothing of it is left to compute.

Shapes: i inputs, o outputs of a layer, r the rank.
Reference: Hu et al. 2022, "LoRA", section 4.1.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


class LowRank(nn.Module):
    """A linear layer that stands still, and a change of low rank that learns."""

    def __init__(
        self, linear: nn.Linear, rank: int, strength: float, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.linear = linear.requires_grad_(False)
        bound = linear.in_features**-0.5
        down = torch.empty(rank, linear.in_features).uniform_(-bound, bound, generator=generator)
        self.down = nn.Parameter(down)  # A (r, i)
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))  # B (o, r)
        self._factor = strength / rank

    def forward(self, inputs: Tensor) -> Tensor:
        return self.linear(inputs) + F.linear(F.linear(inputs, self.down), self.up) * self._factor

    @property
    def weight(self) -> Tensor:
        """W: some networks look at the type of their layers' weights."""
        return self.linear.weight

    @torch.no_grad()
    def merged(self) -> nn.Linear:
        """The layer with the change added."""
        self.linear.weight += self._factor * (self.up @ self.down)
        return self.linear.requires_grad_(True)


def add_low_rank(
    network: nn.Module, rank: int, strength: float, generator: torch.Generator
) -> list[nn.Parameter]:
    """Put a change beside every linear layer inside of a network, and give what learns.

    Everything else in the network stands still from then on.
    """
    network.requires_grad_(False)
    learning: list[nn.Parameter] = []
    for name, module in _linear(network):
        changed = LowRank(module, rank, strength, generator)
        _replace(network, name, changed)
        learning += [changed.down, changed.up]
    return learning


def merge_low_rank(network: nn.Module) -> None:
    """Add every change to its layer; the network has its old names again and may learn."""
    changed = [(name, each) for name, each in network.named_modules() if isinstance(each, LowRank)]
    for name, module in changed:
        _replace(network, name, module.merged())
    network.requires_grad_(True)


def _linear(network: nn.Module) -> list[tuple[str, nn.Linear]]:
    return [
        (name, module) for name, module in network.named_modules() if isinstance(module, nn.Linear)
    ]


def _replace(network: nn.Module, name: str, module: nn.Module) -> None:
    parent, _, leaf = name.rpartition(".")
    setattr(network.get_submodule(parent), leaf, module)
