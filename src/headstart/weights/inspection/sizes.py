"""What a configuration says of the sizes of a network's tensors, for one architecture.

Where blocks are alike they are rows of a table: a name, and for each axis the key of the
configuration that says its size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

Values: TypeAlias = Mapping[str, Any]
Shapes: TypeAlias = Iterator[tuple[str, tuple[int, ...]]]
Rows: TypeAlias = tuple[tuple[str, str], ...]
"""Names of tensors, and the sizes of their axes: keys of the configuration, or numbers."""
BLOCKS: Values = MappingProxyType(
    {
        "hidden_size": 768,
        "num_hidden_layers": 12,
        "num_attention_heads": 12,
        "intermediate_size": 3072,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What a configuration says of the tensors of one architecture.

    Attributes:
        defaults: of the keys that a file may leave out.
        more: sizes that follow from the keys, under names of their own.
        top: tensors outside of the list of blocks.
        blocks: where that list stands; `block` is what each holds, `depth` the key of their number.
        stages: where blocks differ, all tensors that tell, in place of `block`.
        counted: (values) -> number of blocks, where no key says it.
        split: keys of a width and of the attention heads that share it.
        prefix: of the encoder's tensors inside of a classifier's.
        aliases: parts of names in newer files, and what older ones call them.
        side: another side of the same network, which a file may leave out as a whole.
    """

    defaults: Values
    more: Callable[[Values], Values] = lambda values: {}
    top: Rows = ()
    blocks: str
    block: Rows = ()
    depth: str = "num_hidden_layers"
    stages: Callable[[Values], Shapes] | None = None
    counted: Callable[[Values], int] | None = None
    split: tuple[str, str] | None = None
    prefix: str = ""
    aliases: tuple[tuple[str, str], ...] = ()
    side: Sizes | None = None

    def whole(self, values: Values) -> Values:
        """A configuration with its defaults, and the sizes that follow."""
        found = {**self.defaults, **values}
        return {**found, **self.more(found)}

    def shapes(self, whole: Values) -> Shapes:
        """Names and shapes of tensors that must be there."""
        if self.stages is not None:
            yield from self.stages(whole)
            return
        inside = [
            (f"{self.blocks}{place}.{name}", axes)
            for place in range(self.count(whole))
            for name, axes in self.block
        ]
        for name, axes in (*self.top, *inside):
            sizes = (int(axis) if axis.isdigit() else whole[axis] for axis in axes.split())
            yield name.format_map(dict(whole)), tuple(sizes)

    def count(self, whole: Values) -> int:
        """Number of its blocks."""
        return int(whole[self.depth]) if self.counted is None else self.counted(whole)

    def heads(self, whole: Values) -> tuple[int, int]:
        """Width and number of attention heads; the first must be a multiple."""
        return (1, 1) if self.split is None else (whole[self.split[0]], whole[self.split[1]])
