"""From a classifier's outputs to the probabilities of somebody else's classes.

Shapes: n rows, m outputs, c classes.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def chances(outputs: Tensor, places: Sequence[Sequence[int]]) -> Tensor:
    """Probabilities (n, c), float64: of each class the sum of those of its outputs.

    Outputs of no class take no part: those that are left share the whole.

    Args:
        outputs: logits (n, m).
        places: of each class its outputs; no output stands twice.

    Example:
        >>> chances(torch.zeros(1, 4), ((0, 2), (3,)))
        tensor([[0.6667, 0.3333]], dtype=torch.float64)
    """
    taken = [place for mine in places for place in mine]
    owners = [number for number, mine in enumerate(places) for _ in mine]
    shares = outputs[:, taken].double().softmax(dim=1)
    together = torch.zeros(len(outputs), len(places), dtype=torch.float64)
    return together.index_add_(1, torch.tensor(owners), shares)
