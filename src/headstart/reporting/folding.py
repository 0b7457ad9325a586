"""Layers in groups: what stands in a row several times is shown once, with how often.

A name like `encoder.layer.7.output.dense` says that the layer belongs to the eighth member of a
list. Members that follow each other and have the same layers of the same sizes are alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from headstart.records.inspection import Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Layers that follow each other `times` times; `name` is empty where they stand alone.

    Attributes:
        layers: of one repetition, their names counted from `name` on.
    """

    name: str
    times: int
    layers: tuple[Layer, ...]

    @property
    def parameters(self) -> int:
        """Of all repetitions."""
        return self.times * sum(layer.parameters for layer in self.layers)


def stretches(layers: Sequence[Layer]) -> list[Stretch]:
    """All layers in their order.

    Example:
        >>> row = [Layer(name=f"block.{i}.dense", kind="linear", parameters=6) for i in range(3)]
        >>> [(each.name, each.times) for each in stretches(row)]
        [('block.0 to block.2', 3)]
    """
    return list(_merged(_members(layers, 0)))


def _members(layers: Sequence[Layer], start: int) -> Iterator[tuple[str, list[Layer]]]:
    """Each member of a list with its layers; layers outside of lists stand under no name."""
    for key, group in groupby(layers, key=lambda layer: _member(layer.name, start)):
        yield key, list(group)


def _member(name: str, start: int) -> str:
    """The name as far as its first number from part `start` on; empty without a number."""
    parts = name.split(".")
    for place in range(start, len(parts) - 1):
        if parts[place].isdigit():
            return ".".join(parts[: place + 1])
    return ""


def _merged(members: Iterator[tuple[str, list[Layer]]]) -> Iterator[Stretch]:
    """Members alike become one; a member that stands alone is looked into."""
    for _, row in groupby(members, key=lambda each: (_list(each[0]), _signature(*each))):
        alike = list(row)
        name, layers = alike[0]
        if not name:
            yield Stretch(name="", times=1, layers=tuple(layers))
        elif len(alike) > 1:
            shown = f"{name} to {alike[-1][0]}"
            yield Stretch(name=shown, times=len(alike), layers=tuple(_inside(name, layers)))
        else:
            yield from _looked_into(name, layers)


def _looked_into(name: str, layers: list[Layer]) -> Iterator[Stretch]:
    inner = list(_merged(_members(layers, name.count(".") + 1)))
    if any(each.times > 1 for each in inner):
        yield from inner
    else:
        yield Stretch(name="", times=1, layers=tuple(layers))


def _list(member: str) -> str:
    return member.rpartition(".")[0]


def _signature(member: str, layers: Sequence[Layer]) -> tuple[object, ...]:
    if not member:
        return ("alone", *(layer.name for layer in layers))
    rest = _inside(member, layers)
    return tuple((each.name, each.kind, each.parameters, each.output) for each in rest)


def _inside(member: str, layers: Sequence[Layer]) -> list[Layer]:
    return [
        Layer(
            name=layer.name[len(member) + 1 :],
            kind=layer.kind,
            parameters=layer.parameters,
            output=layer.output,
        )
        for layer in layers
    ]
