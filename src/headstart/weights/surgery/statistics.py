"""Statistics of batches, measured again on other data, before any training.

Each mean and variance becomes that of all rows shown: pictures of another kind have other ones, and
a network that keeps the old ones sees everything shifted.

References: Li et al. 2017, "Revisiting Batch Normalization for Practical Domain Adaptation".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from headstart.errors import WeightsError


def measure_statistics(network: Any, batches: Iterable[Any]) -> int:
    """Replace running means and variances by those of these batches; nothing else is touched.

    Args:
        network: a torch module; its parts come back in the mode in which they were.
        batches: what it takes: a tensor, or a table of keyword arguments.

    Returns:
        How many layers were measured again.

    Raises:
        WeightsError: there is no such layer, or no batch.
    """
    import torch

    kind = torch.nn.modules.batchnorm._BatchNorm
    layers = [each for each in network.modules() if isinstance(each, kind) and _keeps(each)]
    if not layers:
        raise WeightsError("the network keeps no statistics of batches.", "Leave this step out.")
    modes = {module: module.training for module in network.modules()}
    momenta = [layer.momentum for layer in layers]
    network.eval()
    shown = 0
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # torch's word for the plain mean over batches
        layer.train()
    with torch.no_grad():
        for batch in batches:
            network(**batch) if isinstance(batch, dict) else network(batch)
            shown += 1
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum
    for module, mode in modes.items():
        module.training = mode
    if not shown:
        raise WeightsError("there is no batch to measure on.", "Show one batch or more.")
    return len(layers)


def _keeps(layer: Any) -> bool:
    return layer.running_mean is not None
