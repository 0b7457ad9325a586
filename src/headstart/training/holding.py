"""The loss on rows that a network has not learned from.

Each member of an ensemble in one tensor may hold out rows of its own. Together they then learn from
every row, and still each is stopped by rows it has not seen.

Shapes: n rows, k members, c rows held out by each member, b rows of a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from headstart.training.loop import Examples

_BATCH = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldOut:
    """Rows that members do not learn from.

    Attributes:
        rows: int64 (k, c), positions; (1, c) where all members hold out the same rows.
        counts: float32 (k, c), 1 or, where a member holds out fewer rows than others, 0.
    """

    rows: Tensor
    counts: Tensor

    def weights(self, weights: Tensor, members: int) -> Tensor:
        """Row weights (n,) for each member, (n, k): 0 for the rows that it holds out."""
        spread = weights[:, None].repeat(1, members)
        for member in range(members):
            place = member % len(self.rows)
            spread[self.rows[place][self.counts[place] > 0], member] = 0.0
        return spread


def held_out(parts: Sequence[np.ndarray]) -> HeldOut:
    """Held-out rows from one array of positions per member, or one for all of them.

    Example:
        >>> held_out([np.array([0, 1]), np.array([2])]).counts.tolist()
        [[1.0, 1.0], [1.0, 0.0]]
    """
    longest = max(len(part) for part in parts)
    rows = np.zeros((len(parts), longest), dtype=np.int64)
    counts = np.zeros((len(parts), longest), dtype=np.float32)
    for place, part in enumerate(parts):
        rows[place, : len(part)] = part
        counts[place, : len(part)] = 1.0
    return HeldOut(rows=torch.from_numpy(rows), counts=torch.from_numpy(counts))


def held_out_outputs(
    network: nn.Module, examples: Examples, held: HeldOut, *, batch: int = _BATCH
) -> Tensor:
    """Outputs (k, c, o) on rows that all members hold out, so many at once."""
    parts = torch.split(held.rows[0], batch)
    found = [network(*(values[rows] for values in examples.inputs)).float() for rows in parts]
    return torch.cat(found, dim=1)


def held_out_loss(
    network: nn.Module,
    examples: Examples,
    weights: Tensor,
    held: HeldOut,
    losses: Callable[[Tensor, Tensor], Tensor],
    *,
    batch: int = _BATCH,
) -> float:
    """Mean loss of the members, each on its own held-out rows.

    Args:
        weights: (n,) of the rows.
        losses: (outputs, targets) -> (k, b).
        batch: rows that the network is given at once.
    """
    total = weight = 0.0
    shared = len(held.rows) == 1
    for first in range(0, held.rows.shape[1], batch):
        rows, counts = (part[:, first : first + batch] for part in (held.rows, held.counts))
        places = rows[0] if shared else rows
        outputs = network(*(values[places] for values in examples.inputs))
        each = losses(outputs.float(), examples.targets[places])
        share = (weights[rows] * counts).expand_as(each)
        total += float((each * share).sum())
        weight += float(share.sum())
    return total / max(weight, 1e-12)
