"""A smaller network from a larger one: in every dimension, evenly spaced entries.

The same rule for every tensor, so that entries that belonged together stay together. Attention is
cut head by head: whole heads are chosen, and the same entries within each of them.

Shapes: n entries before, m after; with heads the axis is parts x heads x entries of a head.
References: Xu et al. 2024, "Initializing Models with Larger Ones" (weight selection).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def evenly(before: int, after: int) -> list[int]:
    """Entries kept of `before` where there is room for `after`, or repeated where there is more.

    Example:
        >>> evenly(8, 4), evenly(5, 3), evenly(2, 4)
        ([0, 2, 4, 6], [0, 2, 4], [0, 0, 1, 1])
    """
    if after >= before:
        return [place * before // after for place in range(after)]
    if before % after == 0:
        return [place * (before // after) for place in range(after)]
    return [round(place * (before - 1) / max(1, after - 1)) for place in range(after)]


def by_head(before: int, after: int, heads: Sequence[int]) -> list[int]:
    """The same for an axis of heads.

    Args:
        heads: parts (3 where queries, keys and values are one tensor), heads before, heads after.

    Example:
        >>> by_head(8, 4, (1, 4, 2)), by_head(8, 4, (1, 2, 2))
        ([0, 1, 4, 5], [0, 2, 4, 6])
    """
    parts, many, few = heads
    wide, narrow = before // parts // many, after // parts // few
    chosen, entries = evenly(many, few), evenly(wide, narrow)
    return [
        part * many * wide + head * wide + entry
        for part in range(parts)
        for head in chosen
        for entry in entries
    ]


def places(
    before: Sequence[int], after: Sequence[int], heads: Mapping[str, Sequence[int]]
) -> list[tuple[int, list[int]]]:
    """(axis, entries) for every axis that changes."""
    found = []
    for axis, (old, new) in enumerate(zip(before, after, strict=True)):
        if str(axis) in heads:
            found.append((axis, by_head(old, new, heads[str(axis)])))
        elif old != new:
            found.append((axis, evenly(old, new)))
    return found


def selection(
    weight: Tensor, *, to: Sequence[int], heads: Mapping[str, Sequence[int]] | None = None
) -> Tensor:
    """The tensor of shape `to`, of entries of the larger one.

    Args:
        heads: axis -> parts, heads before, heads after, for axes of attention.
    """
    import torch

    for axis, kept in places(weight.shape, to, heads or {}):
        weight = weight.index_select(axis, torch.tensor(kept))
    return weight.clone()
