"""Texts become vectors of a frozen encoder: a step over the data, before any family.

With the vectors in the place of the texts, every family for tables can learn from them. A vector is
computed once for each text and kept on disk under the encoder and the layer that it comes from.

Shapes: n rows, l layers, d entries of a vector.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from headstart.features.kept_vectors import KeptVectors, keys_of
from headstart.features.vectors import with_vectors
from headstart.records import Start, Table, Transfer
from headstart.records.suitability import Similarity

LONGEST = 128  # tokens: what comes later seldom decides, and costs as much
_MOST_CHARACTERS = 40 * LONGEST  # more than so many tokens have; as `features.tokens` cuts


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """Which encoder makes vectors of the text columns, and which of its layers.

    Attributes:
        checkpoint: a name of the catalogue, or a folder.
        layer: 0 is the input of the first block, -1 the last one.
        pooling: how token vectors become one.
        longest: most tokens of a text; the rest is cut.
    """

    checkpoint: str
    layer: int = -1
    pooling: Literal["mean", "first"] = "mean"
    longest: int = LONGEST

    def load(self, *, every_layer: bool = False) -> None:
        """Load the encoder, so that what follows is its work alone.

        Args:
            every_layer: for `layers`, and not for `apply`.

        Raises:
            WeightsError: it is not at hand.
        """
        from headstart.features.frozen import frozen

        if every_layer:
            frozen(self.checkpoint, self.pooling, self.longest)
        else:
            frozen(self.checkpoint, self.pooling, self.longest, self.layer)

    def lacks(self, table: Table, cache: Path) -> bool:
        """Whether a text of these rows has no vector in the cache."""
        kept = KeptVectors(self.folder(cache))
        names = table.names("input", "text")
        return any(kept.missing(keys_of(texts_of(table, name))) for name in names)

    def apply(self, table: Table, cores: int, cache: Path | None = None) -> Table:
        """The table with a vector column in the place of each text column.

        Raises:
            WeightsError: the encoder is not at hand.
        """
        for name in table.names("input", "text"):
            table = with_vectors(table, name, self._vectors(texts_of(table, name), cores, cache))
        return table

    def layers(self, table: Table, cores: int, cache: Path) -> list[np.ndarray]:
        """The vectors of every layer (n, d), those of several columns side by side; all kept.

        It is what a layer is chosen by.
        """
        columns = []
        for name in table.names("input", "text"):
            texts = texts_of(table, name)
            found, keys = self._every_layer(texts, cores), keys_of(texts)
            for layer in range(found.shape[1]):
                kept = KeptVectors(replace(self, layer=layer).folder(cache))
                if missing := kept.missing(keys):
                    kept.add([keys[place] for place in missing], found[missing, layer])
            columns.append(found)
        return list(np.concatenate(columns, axis=2).swapaxes(0, 1))

    def similarity(self, table: Table) -> Similarity | None:
        """How like the texts of the first text column are to those the encoder has read."""
        from headstart.features import similarity
        from headstart.features.frozen import frozen

        names = table.names("input", "text")
        if not names:
            return None
        encoder = frozen(self.checkpoint, self.pooling, self.longest)
        return similarity.of_texts(encoder.tokenizer, texts_of(table, names[0]))

    def folder(self, cache: Path) -> Path:
        """Where its vectors are kept."""
        which = f"{self.checkpoint} {self.pooling} {self.longest}"
        return cache / f"{hashlib.blake2b(which.encode(), digest_size=6).hexdigest()}-{self.layer}"

    def _vectors(self, texts: Sequence[str], cores: int, cache: Path | None) -> np.ndarray:
        if cache is None:
            return self._computed(texts, cores)
        kept, keys = KeptVectors(self.folder(cache)), keys_of(texts)
        if missing := kept.missing(keys):
            found = self._computed([texts[place] for place in missing], cores)
            kept.add([keys[place] for place in missing], found)
        return kept.get(keys)

    def _computed(self, texts: Sequence[str], cores: int) -> np.ndarray:
        from headstart.features.frozen import frozen

        encoder = frozen(self.checkpoint, self.pooling, self.longest, self.layer)
        return encoder.vectors(texts, cores)

    def _every_layer(self, texts: Sequence[str], cores: int) -> np.ndarray:
        from headstart.features.frozen import frozen

        return frozen(self.checkpoint, self.pooling, self.longest).layers(texts, cores)


def embedding_of(start: Start | None) -> Embedding | None:
    """The step that a start asks for, or None.

    Raises:
        WeightsError: its checkpoint is not on this machine.
    """
    if not isinstance(start, Transfer) or start.part != "embedding":
        return None
    from headstart import weights

    name = start.checkpoints[0]
    entry = weights.need(name).entry
    step = Embedding(checkpoint=name, layer=start.layer_of(0))
    if entry is None or not isinstance(entry.inputs, weights.TextInputs):
        return step
    longest = min(entry.inputs.longest, LONGEST)
    return replace(step, pooling=entry.inputs.pooling, longest=longest)


def texts_of(table: Table, name: str) -> list[str]:
    """The texts of a column, cut where no encoder reads any more; a missing one is empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pc.fill_null(table.values(name).cast(pa.string()), "")
    return list(pc.utf8_slice_codeunits(texts, 0, _MOST_CHARACTERS).to_pylist())
