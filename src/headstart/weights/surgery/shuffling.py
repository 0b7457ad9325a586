"""Weights in another order: each tensor keeps its numbers, and loses what they said together.

A network that begins from its source's weights in a random order has their scale, tensor by tensor,
and nothing of their structure. Where it learns as well as one that begins from the weights
themselves, only the scale was worth something. It is a control, never a model to deliver.

- A tensor with a fraction and more than one entry is permuted as a whole, gains and biases of norms
  included, each by a seed of its own name: the same tensor is shuffled alike in every network.
- A single number has no order, and buffers (places, masks, frequencies) were computed and not
  learned: both stay.
- Statistics of batches describe what the layers below put out, and no shuffled layer puts out that.
  They begin as in a new network, at 0 and 1, and are measured while it learns.

Tied tensors stay tied: the shared one is permuted once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from headstart.weights.surgery.plan import Fill, Plan, PlannedMove, with_moves
from headstart.weights.surgery.precision import FRACTIONS
from headstart.weights.surgery.step import Step

if TYPE_CHECKING:
    from torch import Tensor

_BEGINS: Mapping[str, Fill] = MappingProxyType(
    {"running_mean": "zeros", "running_var": "ones", "num_batches_tracked": "zeros"}
)
_BECAUSE = "it describes what no shuffled layer puts out"


def shuffling(weight: Tensor, *, seed: int) -> Tensor:
    """The same entries, the same shape, in an order that the seed draws.

    Example:
        >>> import torch
        >>> made = shuffling(torch.arange(6.0).reshape(2, 3), seed=1)
        >>> made.shape, sorted(made.flatten().tolist())
        (torch.Size([2, 3]), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    """
    import torch

    order = torch.randperm(weight.numel(), generator=torch.Generator().manual_seed(seed))
    return weight.flatten()[order].reshape(weight.shape)


def shuffled(plan: Plan, seed: int) -> Plan:
    """The same plan, after which every tensor that was taken has its entries in a random order."""
    made: list[PlannedMove] = []
    left: list[str] = []
    for move in plan.moves:
        if move.action in ("new", "dropped"):
            made.append(move)
        elif _leaf(move) in _BEGINS:
            made.append(_begun(move))
            left += move.sources
        else:
            made.append(_permuted(move, plan, seed))
    used = {name for move in made for name in move.sources}
    parts = plan.material.anatomy.parts
    made += [
        PlannedMove(
            action="dropped", sources=(name,), because=_BECAUSE, from_shape=parts[name].shape
        )
        for name in left
        if name not in used
    ]
    return with_moves(plan, tuple(made))


def _permuted(move: PlannedMove, plan: Plan, seed: int) -> PlannedMove:
    assert move.target is not None
    part = plan.goal.anatomy.parts[move.target]
    if part.size < 2 or part.dtype not in FRACTIONS or not part.is_parameter:
        return move
    step = Step(
        name="shuffling", options={"seed": _seed_of(seed, move.target)}, said="entries shuffled"
    )
    return replace(move, action="adapted", steps=(*move.steps, step), preserves=False)


def _begun(move: PlannedMove) -> PlannedMove:
    return replace(
        move,
        action="new",
        sources=(),
        steps=(),
        because=_BECAUSE,
        fill=_BEGINS[_leaf(move)],
        from_shape=None,
        preserves=False,
    )


def _leaf(move: PlannedMove) -> str:
    assert move.target is not None
    return move.target.rpartition(".")[2]


def _seed_of(seed: int, name: str) -> int:
    """A tensor's own seed, the same on every machine."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
