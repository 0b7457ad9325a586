"""A network's tensors by name, each once: what a file of parameters holds."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from headstart.errors import WeightsError, listed


def distinct_tensors(network: nn.Module) -> dict[str, Tensor]:
    """The tensors of a network; one that has two names is kept under the first of them."""
    seen: set[int] = set()
    kept: dict[str, Tensor] = {}
    for name, value in network.state_dict().items():
        if value.data_ptr() not in seen or not value.numel():
            kept[name] = value.contiguous()
        seen.add(value.data_ptr())
    return kept


def put_back(network: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Load what `distinct_tensors` kept.

    Raises:
        WeightsError: the tensors are those of another network.
    """
    wanted, places = distinct_tensors(network), network.state_dict()
    strange = sorted(
        name
        for name in wanted.keys() | tensors.keys()
        if name not in wanted or name not in tensors or wanted[name].shape != tensors[name].shape
    )
    if strange:
        raise WeightsError(f"the file of parameters does not fit the network: {listed(strange)}.")
    with torch.no_grad():
        for name, value in tensors.items():
            places[name].copy_(value)
