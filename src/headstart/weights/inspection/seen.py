"""What one look at a checkpoint's tensors and its network shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from headstart.records.inspection import Layer

SIDE = 224
"""Pixels of the picture that shows the sizes of the layers of a bare file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Layers and tensors, without a value.

    Attributes:
        parameters: numbers that training has set.
        dtypes: dtype -> numbers kept in it.
        ties: name -> the tensor that it is another name of.
        beside: tensors that the network has no place for, and their numbers.
        network, library: of a bare file whose tensors are those of a known network; and the network
            with all its sides, where an entry has the one that a family starts from; else empty.
        outputs: how many labels the head of such a network answers.
    """

    layers: tuple[Layer, ...]
    depth: int | None = None
    nonlinearities: tuple[str, ...] = ()
    parameters: int
    dtypes: Mapping[str, int] = field(default_factory=dict)
    ties: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[int, int] = (0, 0)
    network: str = ""
    library: str = ""
    outputs: int | None = None
