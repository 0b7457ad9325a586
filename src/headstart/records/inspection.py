"""What there is to know of a checkpoint or a model without running it on data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Shape = tuple[int | None, ...]
"""Sizes of one answer; None where a size depends on the input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer, or whatever a family counts as one.

    Attributes:
        name: its path in the model.
        kind: in the field's words: `linear`, `convolution`, `boosted trees`.
        parameters: numbers that it learned; a tied tensor is counted where it stands first.
        output: sizes of what it makes of one input, the batch left out; None where unknown.
    """

    name: str
    kind: str
    parameters: int
    output: Shape | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """The trees that answer one target.

    Attributes:
        trees: how many there are.
        depth: splits from the root of the deepest tree to its deepest leaf.
        leaves: of all trees together.
    """

    target: str
    trees: int
    depth: int
    leaves: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A checkpoint, a model folder or one member of it.

    Attributes:
        name: as it was asked for.
        network: what it is: a network's name in its library, or a family.
        about: the same in a few words, where a family says them.
        library: what it is built by, where that is known.
        family: the one of Headstart that made it or starts from it; empty where there is none.
        parameters: numbers that training has set; `trainable` are those that go on learning.
        depth: layers with parameters on the longest way from input to output, in the order in
            which they are passed; None where that is not known.
        nonlinearities: every kind of bend on the way, the most frequent first.
        learning_rule: how its numbers were found.
        inputs: plain values: modality, size, normalisation, tokenizer, columns.
        labels: names of its outputs; `outputs` is how many there are.
        dtypes: dtype -> numbers kept in it.
        ties: name -> the tensor that it is another name of.
        origin: where it came from; `verified` how sure it is that it is the right one.
        members: of a model folder; a single model has none beside itself.
        notes: what could not be known, and why.
    """

    name: str
    network: str
    about: str = ""
    library: str = ""
    family: str = ""
    parameters: int
    trainable: int
    layers: tuple[Layer, ...] = ()
    depth: int | None = None
    nonlinearities: tuple[str, ...] = ()
    learning_rule: str
    trees: tuple[Trees, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    outputs: int | None = None
    licence: str = "not stated"
    dtypes: Mapping[str, int] = field(default_factory=dict)
    ties: Mapping[str, str] = field(default_factory=dict)
    bytes: int = 0
    origin: str = ""
    verified: str = ""
    reference: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    members: tuple[Inspection, ...] = ()
    notes: tuple[str, ...] = ()
