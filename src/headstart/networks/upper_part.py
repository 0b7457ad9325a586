"""The stages of a network that learn, above those that stand.

Shapes: b rows, o outputs.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class UpperPart(nn.Module):
    """The stages of a network from one on, fed with what those below have made once.

    It has the network's own parameters.

    Args:
        network: it has `upper`, which goes on from what its `lower` made.
        start: how many stages stand.
    """

    def __init__(self, network: Any, start: int) -> None:
        super().__init__()
        self.network = network
        self._start = start

    def forward(self, maps: Tensor, *beside: Tensor) -> Tensor:
        """(1, b, o) from maps (b, ...) and the network's other inputs."""
        outputs: Tensor = self.network.upper(maps, self._start, *beside)
        return outputs

    def last_layers(self) -> list[nn.Module]:
        """The network's own."""
        layers: list[nn.Module] = self.network.last_layers()
        return layers
