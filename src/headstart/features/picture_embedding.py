"""Pictures become vectors of a frozen encoder: a step over the data, before any family.

A vector is computed once for the bytes of a picture and kept on disk under the encoder, the way in
which it sees pictures, and the stage that it comes from.

Shapes: n rows, d entries of a stage's vector.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from headstart.features.kept_vectors import KeptVectors
from headstart.features.pictures import Pictures, key_of, picture_paths
from headstart.features.vectors import with_vectors
from headstart.records import Table
from headstart.records.suitability import Similarity

if TYPE_CHECKING:
    from headstart.features.frozen_pictures import FrozenPictures

_NOTHING = b"\0" * 16  # the key of a row without a picture


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureEmbedding:
    """Which encoder makes vectors of the image columns, and which of its stages.

    Attributes:
        checkpoint: a name of the catalogue, or a folder.
        layer: 0 is the lowest stage, -1 the pooled vector at the top.
        place: where the checkpoint's files stand, if not where its name leads.
        size: side at which pictures are seen; 0 for the checkpoint's own.
    """

    checkpoint: str
    layer: int = -1
    place: str = ""
    size: int = 0

    def load(self, *, every_layer: bool = False) -> None:
        """Load the encoder, so that what follows is its work alone.

        Args:
            every_layer: for `layers`, and not for `apply`; it is the same network.

        Raises:
            WeightsError: it is not at hand.
        """
        self._encoder()

    def lacks(self, table: Table, cache: Path) -> bool:
        """Whether a picture of these rows has no vector in the cache."""
        kept = KeptVectors(self.folder(cache))
        return any(kept.missing(picture_keys(table, n)) for n in table.names("input", "image"))

    def apply(self, table: Table, cores: int, cache: Path | None = None) -> Table:
        """The table with a vector column in the place of each image column; missing ones stay so.

        Raises:
            WeightsError: the encoder is not at hand.
            DataError: a picture cannot be read.
        """
        for name in table.names("input", "image"):
            keys = picture_keys(table, name)
            there = np.array([key != _NOTHING for key in keys], dtype=bool)
            table = with_vectors(table, name, self._vectors(table, name, keys, cores, cache), there)
        return table

    def layers(self, table: Table, cores: int, cache: Path) -> list[np.ndarray]:
        """The vectors of every stage (n, d_i), those of several columns side by side; all kept.

        It is what a stage is chosen by.
        """
        columns = []
        for name in table.names("input", "image"):
            keys = picture_keys(table, name)
            found = self._encoder().layers(self._pictures(table, name, cores), cores)
            for layer, vectors in enumerate(found):
                kept = KeptVectors(replace(self, layer=layer).folder(cache))
                if missing := kept.missing(keys):
                    kept.add([keys[place] for place in missing], vectors[missing])
            columns.append(found)
        return [np.concatenate(stage, axis=1) for stage in zip(*columns, strict=True)]

    def similarity(self, table: Table) -> Similarity | None:
        """How like the pictures of the first image column are to those the encoder has seen.

        None where there is no picture, or the encoder does not tell.
        """
        from headstart.features import picture_likeness

        name = table.names("input", "image")[0]
        there = [place for place, path in enumerate(picture_paths(table, name)) if path is not None]
        few = table.take(np.array(there[: picture_likeness.MOST_PICTURES], dtype=np.int64))
        if not len(few):
            return None
        return picture_likeness.of_gap(self._encoder().gap(self._pictures(few, name, 1), 1))

    def folder(self, cache: Path) -> Path:
        """Where its vectors are kept."""
        which = f"{self.checkpoint} pictures {self.size or ''}"
        layer = self.layer if self.layer >= 0 else "top"
        return cache / f"{hashlib.blake2b(which.encode(), digest_size=6).hexdigest()}-{layer}"

    def _vectors(
        self, table: Table, name: str, keys: Sequence[bytes], cores: int, cache: Path | None
    ) -> np.ndarray:
        if cache is None:
            return self._computed(table, name, cores)
        kept = KeptVectors(self.folder(cache))
        if missing := kept.missing(keys):
            found = self._computed(table.take(missing), name, cores)
            kept.add([keys[place] for place in missing], found)
        return kept.get(keys) if len(keys) else self._computed(table, name, cores)

    def _computed(self, table: Table, name: str, cores: int) -> np.ndarray:
        return self._encoder().layer(self._pictures(table, name, cores), self.layer, cores)

    def _encoder(self) -> FrozenPictures:
        from headstart.features.frozen_pictures import frozen_pictures

        return frozen_pictures(self.checkpoint, self.place)

    def _pictures(self, table: Table, name: str, cores: int) -> Pictures:
        framing = self._encoder().framing.at(self.size) if self.size else self._encoder().framing
        return Pictures(table, name, framing, cores=cores, cache=None)


def picture_keys(table: Table, name: str) -> list[bytes]:
    """A key of each row's picture: of its bytes, so that a copy elsewhere is known again."""
    return [
        _NOTHING if path is None else _hashed(path, key_of(path))
        for path in picture_paths(table, name)
    ]


@lru_cache(maxsize=1 << 18)
def _hashed(path: Path, state: bytes) -> bytes:
    """16 bytes of what a file holds; `state` changes where the file does."""
    return hashlib.blake2b(path.read_bytes(), digest_size=16).digest()
