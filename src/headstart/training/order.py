"""In which order rows come: at random, or at random among rows of like length.

Where a batch costs as much as its longest row, rows of like length share batches, and the batches
come in random order.

Shapes: n rows, b rows of a batch.
"""

from __future__ import annotations

import torch
from torch import Tensor

_BATCHES_SORTED_TOGETHER = 32


def random_order(n: int, generator: torch.Generator) -> Tensor:
    """Positions of n rows, int64 (n,)."""
    return torch.randperm(n, generator=generator)


def bucketed_order(lengths: Tensor, b: int, generator: torch.Generator) -> Tensor:
    """Positions of rows, int64 (n,): each b of them in turn are of like length.

    Rows are shuffled, then sorted by length within stretches of some batches, so that a row's
    companions are others on each pass. What is less than a batch comes last.

    Example:
        >>> generator = torch.Generator().manual_seed(0)
        >>> order = bucketed_order(torch.tensor([1, 9, 2, 8]), 2, generator)
        >>> sorted(sorted(pair) for pair in order.view(2, 2).tolist())
        [[0, 2], [1, 3]]
    """
    order = random_order(len(lengths), generator)
    whole = len(order) // b * b
    stretches = torch.split(order[:whole], b * _BATCHES_SORTED_TOGETHER)
    ordered = [part[lengths[part].argsort(stable=True)] for part in stretches]
    batches = torch.cat([order[:0], *ordered]).view(-1, b)
    mixed = batches[random_order(len(batches), generator)].flatten()
    return torch.cat([mixed, order[whole:]])
