"""The embedding step: media columns become vectors, each kind by a frozen encoder of its own.

A start names at most one checkpoint for each kind of media column; each reads the columns of its
kind, so that a table of numbers, texts and pictures becomes one of numbers and vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from headstart.features.embedding import Embedding, embedding_of
from headstart.features.kept_vectors import KeptVectors
from headstart.features.picture_embedding import PictureEmbedding
from headstart.records import Start, Table, Transfer

Reader: TypeAlias = Embedding | PictureEmbedding


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """Which frozen encoders make vectors of the media columns, at most one for each modality."""

    readers: tuple[Reader, ...]

    @property
    def checkpoints(self) -> tuple[str, ...]:
        """The encoders' names, in the order of the readers."""
        return tuple(reader.checkpoint for reader in self.readers)

    def apply(self, table: Table, cores: int, cache: Path | None = None) -> Table:
        """The table with a vector column in the place of each media column that is read.

        Raises:
            WeightsError: an encoder is not at hand.
            DataError: a picture cannot be read.
        """
        for reader in self.readers:
            table = reader.apply(table, cores, cache)
        return table

    def at(self, folders: Mapping[str, Path]) -> Encoding:
        """The same encoders, read from these folders, by their checkpoints' names."""
        return Encoding(readers=tuple(_moved(each, folders) for each in self.readers))


def encoding_of(start: Start | None) -> Encoding | None:
    """The step that a start asks for, or None.

    Raises:
        WeightsError: a checkpoint is not on this machine.
    """
    if not isinstance(start, Transfer) or start.part != "embedding":
        return None
    from headstart import weights

    readers: list[Reader] = []
    for place, name in enumerate(start.checkpoints):
        layer = start.layer_of(place)
        entry = weights.need(name).entry
        if entry is not None and entry.modality == "image":
            readers.append(PictureEmbedding(checkpoint=name, layer=layer))
            continue
        reader = embedding_of(replace(start, checkpoints=(name,), layer=layer))
        assert reader is not None
        readers.append(reader)
    return Encoding(readers=tuple(readers))


def encoding_to_plain(encoding: Encoding) -> dict[str, Any]:
    """The step as plain values; `reads` names the modality of each reader."""
    readers = [{"reads": _modality(reader), **asdict(reader)} for reader in encoding.readers]
    return {"readers": readers}


def encoding_from_plain(plain: Mapping[str, Any]) -> Encoding:
    """The step that `encoding_to_plain` wrote."""
    readers = []
    for each in plain["readers"]:
        values = {name: value for name, value in each.items() if name != "reads"}
        readers.append(_READERS[each["reads"]](**values))
    return Encoding(readers=tuple(readers))


def kept_by(reader: Reader, cache: Path) -> int:
    """How many of a reader's vectors are kept."""
    return len(KeptVectors(reader.folder(cache)))


_READERS: dict[str, type[Reader]] = {"text": Embedding, "image": PictureEmbedding}


def _modality(reader: Reader) -> str:
    return "image" if isinstance(reader, PictureEmbedding) else "text"


def _moved(reader: Reader, folders: Mapping[str, Path]) -> Reader:
    if reader.checkpoint not in folders:
        return reader
    folder = str(folders[reader.checkpoint])
    if isinstance(reader, PictureEmbedding):
        return replace(reader, place=folder)
    return replace(reader, checkpoint=folder)
