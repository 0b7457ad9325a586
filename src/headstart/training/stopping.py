"""The best weights so far, and when to stop looking for better ones."""

from __future__ import annotations

import math

from torch import Tensor, nn


class Best:
    """A copy of a network's tensors from the round with the lowest held-out loss.

    Args:
        patience: share of the schedule without a better loss after which to stop. A share means
            the same for every budget, where a number of rounds would not.
    """

    def __init__(self, network: nn.Module, patience: float) -> None:
        self.loss = math.inf
        self.at = 0.0
        self.state = _copy(network)
        self._patience = patience

    @property
    def was_seen(self) -> bool:
        """Whether any loss has been seen."""
        return math.isfinite(self.loss)

    def see(self, network: nn.Module, loss: float, at: float) -> bool:
        """Copy the weights if the loss is the lowest so far; whether to stop at progress `at`."""
        if loss <= self.loss:
            self.loss, self.at, self.state = loss, at, _copy(network)
        return at - self.at > self._patience

    def restore(self, network: nn.Module) -> None:
        """Put the best weights back into the network, where any loss has been seen."""
        if self.was_seen:
            network.load_state_dict(self.state)


def _copy(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}
