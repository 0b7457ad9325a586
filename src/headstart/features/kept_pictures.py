"""Framed pictures that were decoded once, kept on disk by the files that they come from.

Each call of `add` writes a block of pixels and then its keys; a block counts once its keys are
there, and both are committed as a whole. A block is named after its keys, so that two processes
which keep the same pictures write the same files. Grey pictures take a third of the room.

Shapes: n pictures of s x s pixels. A key is 16 bytes, as an array of `S16` (n,).
"""

from __future__ import annotations

import io
from hashlib import blake2b
from pathlib import Path

import numpy as np

from headstart.intake.pictures import is_grey
from headstart.storage.folders import write_file

_KEYS, _PIXELS = ".keys.npy", ".pixels.npy"


class KeptPictures:
    """The pictures in one folder, which is made when the first ones are added."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder, self._size = folder, size
        self._blocks: list[np.ndarray] = []
        self._places: dict[bytes, tuple[int, int]] = {}
        for path in sorted(folder.glob(f"*{_KEYS}")) if folder.is_dir() else ():
            self._learn(path.name.removesuffix(_KEYS))

    def __len__(self) -> int:
        return len(self._places)

    def missing(self, keys: np.ndarray, there: np.ndarray) -> np.ndarray:
        """Positions of keys whose picture is there and not kept, the first of each key alone."""
        seen: set[bytes] = set()
        places = []
        for place in np.flatnonzero(there).tolist():
            key = _whole(keys[place])
            if key not in self._places and key not in seen:
                seen.add(key)
                places.append(place)
        return np.array(places, dtype=np.int64)

    def get(self, keys: np.ndarray) -> np.ndarray:
        """uint8, shape (n, s, s, 3); every key has to be there."""
        places = np.array([self._places[_whole(key)] for key in keys], dtype=np.int64)
        pixels = np.empty((len(keys), self._size, self._size, 3), dtype=np.uint8)
        for block in np.unique(places[:, 0]).tolist():
            chosen = places[:, 0] == block
            pixels[chosen] = self._blocks[block][places[chosen, 1]]  # grey: repeated
        return pixels

    def add(self, keys: np.ndarray, pixels: np.ndarray) -> None:
        """Keep pictures (n, s, s, 3)."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = blake2b(keys.tobytes(), digest_size=12).hexdigest()
        kept = pixels[..., :1] if is_grey(pixels) else pixels
        write_file(self._folder / f"{name}{_PIXELS}", _bytes(np.ascontiguousarray(kept)))
        write_file(self._folder / f"{name}{_KEYS}", _bytes(keys))
        self._learn(name)

    def _learn(self, name: str) -> None:
        keys = np.load(self._folder / f"{name}{_KEYS}", allow_pickle=False)
        path = self._folder / f"{name}{_PIXELS}"
        self._blocks.append(np.load(path, mmap_mode="r", allow_pickle=False))
        block = len(self._blocks) - 1
        self._places.update({_whole(key): (block, row) for row, key in enumerate(keys)})


def _whole(key: np.bytes_) -> bytes:
    """The 16 bytes; NumPy drops zeros at the end."""
    return bytes(key).ljust(16, b"\0")


def _bytes(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()
