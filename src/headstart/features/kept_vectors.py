"""Vectors that were computed once, kept on disk by what they are vectors of.

Each call of `add` writes one file, committed as a whole; a kill loses only what was under way.

Shapes: n values, d entries of a vector. A key is 16 bytes, as (n, 2) unsigned integers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from headstart.storage.folders import write_file


class KeptVectors:
    """The vectors in one folder, which is made when the first ones are added."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: dict[bytes, int] = {}
        self._blocks: list[np.ndarray] = []
        self._count = 0
        for path in sorted(folder.glob("*.safetensors")) if folder.is_dir() else ():
            self._read(path)

    def __len__(self) -> int:
        return self._count

    def missing(self, keys: Sequence[bytes]) -> list[int]:
        """Positions of the keys without a vector, the first of each key alone."""
        seen: set[bytes] = set()
        places = []
        for place, key in enumerate(keys):
            if key not in self._places and key not in seen:
                seen.add(key)
                places.append(place)
        return places

    def there(self, keys: Sequence[bytes]) -> list[int]:
        """Positions of the keys with a vector."""
        return [place for place, key in enumerate(keys) if key in self._places]

    def get(self, keys: Sequence[bytes]) -> np.ndarray:
        """Float32, shape (n, d); every key has to be there."""
        rows = np.array([self._places[key] for key in keys], dtype=np.int64)
        return np.concatenate(self._blocks)[rows].astype(np.float32)

    def add(self, keys: Sequence[bytes], vectors: np.ndarray) -> None:
        """Keep vectors (n, d), as half-precision floats."""
        from safetensors.numpy import save

        self._folder.mkdir(parents=True, exist_ok=True)
        halves = np.clip(vectors, -65_000, 65_000).astype(np.float16)
        plain = np.frombuffer(b"".join(keys), dtype=np.uint64).reshape(-1, 2)
        path = self._folder / f"{len(self._blocks):06d}.safetensors"
        write_file(path, save({"keys": plain, "vectors": np.ascontiguousarray(halves)}))
        self._learn(keys, halves)

    def _read(self, path: Path) -> None:
        from safetensors.numpy import load_file

        arrays = load_file(path)
        plain = arrays["keys"].tobytes()
        keys = [plain[first : first + 16] for first in range(0, len(plain), 16)]
        self._learn(keys, arrays["vectors"])

    def _learn(self, keys: Sequence[bytes], vectors: np.ndarray) -> None:
        self._places.update({key: self._count + place for place, key in enumerate(keys)})
        self._blocks.append(vectors)
        self._count += len(keys)


def keys_of(texts: Sequence[str | tuple[str, str]]) -> list[bytes]:
    """A key of 16 bytes for each text or pair of texts.

    Example:
        >>> one, two, three = keys_of(["a", "b", "a"])
        >>> one == three, one == two
        (True, False)
    """
    return [
        hashlib.blake2b(repr(text).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        for text in texts
    ]
