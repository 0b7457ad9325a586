"""The best weights so far, and when to stop looking for better ones."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class Best:
    """A copy of a network's parameters from the round with the lowest held-out loss."""

    def __init__(self, network: nn.Module, patience: float) -> None:
        self.loss = math.inf
        self.at = 0.0
        self.state = {name: value.detach().clone() for name, value in _state(network).items()}
        self._patience = patience

    def see(self, network: nn.Module, loss: float, at: float) -> bool:
        """Copy the parameters if the loss is the lowest so far; whether to stop at progress `at`.

        Patience is a share of the whole schedule, so that it means the same for every budget.
        """
        if loss <= self.loss:
            self.loss, self.at = loss, at
            torch._foreach_copy_(list(self.state.values()), list(_state(network).values()))
        return at - self.at > self._patience

    def restore(self, network: nn.Module) -> None:
        """Put the best parameters back into the network."""
        if math.isfinite(self.loss):
            network.load_state_dict(self.state)


def _state(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach() for name, value in network.state_dict().items()}
