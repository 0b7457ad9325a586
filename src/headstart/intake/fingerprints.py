"""Which data, and which rows, a model has seen: checksums that are the same in every process."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from headstart.records import Table
from headstart.storage.checksums import sha256
from headstart.storage.contents import content_hashes

if TYPE_CHECKING:
    import pyarrow as pa

_MEDIA = ("image", "audio")


def fingerprint(source: Path | Table) -> str:
    """SHA-256 of a file's bytes, or of a table's names, types, values and order of rows."""
    if isinstance(source, Path):
        return sha256(source)
    digest = hashlib.sha256()
    for name, values in zip(source.arrow.column_names, source.arrow.columns, strict=True):
        digest.update(f"{name}\0{values.type}\0".encode())
        digest.update(value_hashes(values).tobytes())
    return digest.hexdigest()


def row_hashes(table: Table, key: bytes, names: tuple[str, ...] | None = None) -> np.ndarray:
    """A keyed hash of each row's values, uint64, shape (n,); equal rows have equal hashes.

    Of a picture or a recording the bytes count, and neither its name nor its place. A model folder
    keeps these, so that rows it has learned from are known again while the rows themselves stay
    private to whoever has the key.

    Args:
        names: columns that count; all of them by default. Their order does not matter.
    """
    hashes = np.zeros(len(table), dtype=np.uint64)
    for name in table.arrow.column_names if names is None else names:
        salt = _seed(key, name)
        hashes += _mixed(_column_hashes(table, name) ^ salt)  # a sum has no order
    return _mixed(hashes ^ _seed(key, ""))


def _column_hashes(table: Table, name: str) -> np.ndarray:
    values, root = table.arrow.column(name), table.media_root
    if root is not None and table.column(name).modality in _MEDIA:
        return content_hashes(root, values.to_pylist())
    return value_hashes(values)


def value_hashes(values: pa.ChunkedArray) -> np.ndarray:
    """A hash of each value, uint64; 1 and 1.0 are equal, and so are all missing values."""
    import pyarrow.types as types

    parts = [_hashed(chunk) for chunk in values.chunks]
    if types.is_string(values.type) or types.is_list(values.type):
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint64)
    return _mixed(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.uint64)


def _hashed(chunk: pa.Array) -> np.ndarray:
    """Bits of one chunk's values, one number each."""
    import pyarrow as pa
    import pyarrow.types as types

    if types.is_string(chunk.type):
        return _of_texts(chunk)
    if types.is_list(chunk.type):
        return _of_texts(pa.array([str(each) for each in chunk.to_pylist()], pa.string()))
    if types.is_fixed_size_list(chunk.type):
        return _of_vectors(chunk)
    if types.is_timestamp(chunk.type):
        bits = chunk.cast(pa.int64()).fill_null(np.iinfo(np.int64).min).to_numpy()
        return bits.view(np.uint64)
    numbers = chunk.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    numbers = np.where(np.isnan(numbers), np.nan, numbers) + 0.0  # one NaN, one zero
    return np.ascontiguousarray(numbers).view(np.uint64)


def _of_vectors(chunk: pa.Array) -> np.ndarray:
    """The entries of a vector, each mixed with its place, added up; a missing one has none."""
    size = chunk.type.list_size
    hashes = np.zeros(len(chunk), dtype=np.uint64)
    there = chunk.is_valid().to_numpy(zero_copy_only=False)
    entries = _hashed(chunk.drop_null().flatten()).reshape(-1, size)
    hashes[there] = _mixed(entries ^ np.arange(size, dtype=np.uint64)).sum(axis=1)
    return hashes


def _of_texts(chunk: pa.Array) -> np.ndarray:
    """Each different text is hashed once; most columns have few of them."""
    import pyarrow as pa

    encoded = chunk.dictionary_encode(null_encoding="encode")
    hashed = np.fromiter(
        (_text_hash(text) for text in encoded.dictionary.to_pylist()),
        dtype=np.uint64,
        count=len(encoded.dictionary),
    )
    return hashed[encoded.indices.cast(pa.int64()).to_numpy()]


def _text_hash(text: str | None) -> int:
    data = b"\0missing" if text is None else text.encode()
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def _seed(key: bytes, name: str) -> np.uint64:
    digest = hashlib.blake2b(name.encode(), key=key[:64], digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def _mixed(bits: np.ndarray) -> np.ndarray:
    """The finaliser of SplitMix64 (Steele, Lea & Flood 2014, figure 17): every bit affects all."""
    with np.errstate(over="ignore"):
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
