"""Layers as slabs: which are drawn one by one, which together, and in which colour.

Layers that stand in a row several times are drawn once, with the number of times. Where a network
has more layers than a person looks at, those of one module become one slab.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from headstart.records.inspection import Layer
from headstart.reporting.charts.sheet import TIMES
from headstart.reporting.folding import Stretch, stretches

_ROW, _THIN = 30.0, 21.0
_MOST_ROWS = 44
_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "embedding": "s2",
        "piecewise embedding": "s2",
        "periodic embedding": "s2",
        "learned vectors": "s2",
        "linear": "s0",
        "convolution": "s1",
        "attention": "s3",
        "LSTM": "s4",
        "GRU": "s4",
        "recurrent": "s4",
        "boosted trees": "s5",
        "averaged trees": "s5",
        "max pooling": "s6",
        "average pooling": "s6",
        "batch norm": "muted",
        "layer norm": "muted",
        "group norm": "muted",
        "root-mean-square norm": "muted",
        "norm": "muted",
    }
)
_BEND = "bend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One slab: a layer, or several that were drawn together because there were too many."""

    name: str
    kind: str
    parameters: int
    output: str
    entries: int | None

    @property
    def is_thin(self) -> bool:
        return not self.parameters or _COLOURS.get(self.kind) == "muted"

    @property
    def height(self) -> float:
        return _THIN if self.is_thin else _ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows that stand in a frame, or alone where `times` is 1."""

    times: int
    rows: tuple[Row, ...]


def parts_of(layers_: Sequence[Layer]) -> list[Part]:
    """Rows in frames; coarser names where there would be too many rows to look at."""
    folded = stretches(layers_)
    for depth in (7, 6, 5, 4, 3, 2, 1):
        made = [_part(each, depth) for each in folded]
        if sum(len(each.rows) for each in made) <= _MOST_ROWS:
            return made
    return made


def _part(each: Stretch, depth: int) -> Part:
    groups = groupby(each.layers, key=lambda layer: ".".join(layer.name.split(".")[:depth]))
    return Part(times=each.times, rows=tuple(_row(name, list(group)) for name, group in groups))


def _row(name: str, group: Sequence[Layer]) -> Row:
    largest = max(group, key=lambda layer: layer.parameters)
    sized = [layer.output for layer in group if layer.output is not None]
    output = sized[-1] if sized else None
    several = f" ({len(group)} layers)" if len(group) > 1 else ""
    return Row(
        name=f"{name}{several}",
        kind=largest.kind,
        parameters=sum(layer.parameters for layer in group),
        output=""
        if output is None
        else f" {TIMES} ".join("t" if e is None else f"{e}" for e in output),
        entries=_entries(output),
    )


def _entries(output: Sequence[int | None] | None) -> int | None:
    """Channels of a map, entries of a vector or a token."""
    if not output:
        return None
    return output[0] if len(output) == 3 and output[0] is not None else output[-1]


def colour(kind: str) -> str:
    """The class of a kind of layer in the style of the drawing."""
    return _COLOURS.get(kind, _BEND)


def word_of(kind: str) -> str:
    """The word for all kinds of one colour."""
    words = {"muted": "normalisation", "s2": "embedding", "s6": "pooling", _BEND: "non-linearity"}
    style = colour(kind)
    return words.get(style, "recurrent" if style == "s4" else kind)
