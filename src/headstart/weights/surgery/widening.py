"""A larger network that computes what the smaller one does (Net2Wider).

Units are repeated, each beside its twin; who listens to them divides by the number of twins. Where
rows are brought to one size (layer norm), every unit must have as many twins as the others: then
mean and spread stay as they were. In heads that get wider, queries are made smaller by as much as
the products of the longer vectors are larger.

References: Chen, Goodfellow & Shlens 2016, "Net2Net: Accelerating Learning via Knowledge Transfer".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from headstart.weights.surgery.selection import places

if TYPE_CHECKING:
    from torch import Tensor


def widening(
    weight: Tensor,
    *,
    to: Sequence[int],
    inputs: Sequence[int] = (),
    heads: Mapping[str, Sequence[int]] | None = None,
    scale: float = 1.0,
) -> Tensor:
    """The tensor of shape `to`.

    Args:
        inputs: axes along which the layer listens: these entries are divided.
        heads: as in `selection`.
        scale: all entries are multiplied by this.
    """
    import torch

    for axis, repeated in places(weight.shape, to, heads or {}):
        weight = weight.index_select(axis, torch.tensor(repeated))
        if axis in inputs:
            twins = Counter(repeated)
            counts = torch.tensor([float(twins[place]) for place in repeated])
            shape = [1] * weight.ndim
            shape[axis] = -1
            weight = weight / counts.reshape(shape).to(weight.dtype)
    return weight * scale if scale != 1.0 else weight.clone()
