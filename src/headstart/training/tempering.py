"""How sure a network should be: one temperature for its outputs, from rows that it has not seen.

Nets that learn longer grow too sure before they grow worse, so that the plain loss on held-out rows
ends them early. The loss at the best temperature says which weights tell classes apart best; their
outputs are then divided by that temperature.

Reference: Berta et al. 2025, "Rethinking Early Stopping: Refine, Then Calibrate".

Shapes: k members, b rows, o outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

TEMPERATURES = (1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.0, 5.0)


def best_temperature(
    outputs: Tensor,
    losses: Callable[[Tensor], Tensor],
    weights: Tensor,
    temperatures: Sequence[float] = TEMPERATURES,
) -> tuple[float, float]:
    """The temperature of least loss, and that loss.

    Args:
        outputs: (k, b, o).
        losses: outputs -> (k, b).
        weights: (b,) of the rows.

    Example:
        >>> truth = torch.tensor([0, 0, 0, 1])
        >>> sure = torch.tensor([[[8.0, 0.0]]]).expand(1, 4, 2)
        >>> rows = torch.nn.CrossEntropyLoss(reduction="none")
        >>> best_temperature(sure, lambda each: rows(each[0], truth)[None], torch.ones(4))
        (5.0, 0.5839...)
    """
    found = []
    for temperature in temperatures:
        each = losses(outputs / temperature)
        share = weights.expand_as(each)
        loss = float((each * share).sum() / share.sum().clamp_min(1e-12))
        found.append((loss, temperature))
    loss, temperature = min(found)
    return temperature, loss


@torch.no_grad()
def soften(last: list[nn.Module], temperature: float) -> None:
    """Divide what linear layers give by a temperature, in place."""
    for layer in last:
        for parameter in layer.parameters():
            parameter.div_(temperature)
