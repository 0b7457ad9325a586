"""Weights of an earlier network put into a new one, with a receipt, tensor by tensor."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import torch
from torch import Tensor, nn

from headstart.records import Move, Receipt


def take_over(
    network: nn.Module, earlier: Mapping[str, Tensor], *, redrawn: Collection[str] = ()
) -> Receipt:
    """Copy every tensor whose name and shape fit; the others keep their first values.

    Args:
        redrawn: tensors whose meaning has changed (a head for another question): never copied.
    """
    ours = network.state_dict()
    moves: list[Move] = []
    with torch.no_grad():
        for name, value in ours.items():
            reason = _reason(name, value, earlier, redrawn)
            if not reason:
                value.copy_(earlier[name])
            moves.append(_move(name, value, earlier, reason))
    used = {move.source for move in moves}
    moves += [
        Move(
            source=name,
            target=None,
            action="dropped",
            because="the new network has no use for it",
            from_shape=tuple(value.shape),
        )
        for name, value in earlier.items()
        if name not in used
    ]
    return Receipt(moves=tuple(moves))


def _reason(
    name: str, value: Tensor, earlier: Mapping[str, Tensor], redrawn: Collection[str]
) -> str:
    """Why a tensor is drawn anew; empty where it is copied."""
    if name in redrawn:
        return "it answers another question"
    if name not in earlier:
        return "the earlier network has no such tensor"
    if earlier[name].shape != value.shape:
        return f"the earlier one has the shape {tuple(earlier[name].shape)}"
    return ""


def _move(name: str, value: Tensor, earlier: Mapping[str, Tensor], reason: str) -> Move:
    shape = tuple(value.shape)
    if reason:
        return Move(source=None, target=name, action="new", because=reason, to_shape=shape)
    return Move(source=name, target=name, action="copied", from_shape=shape, to_shape=shape)
