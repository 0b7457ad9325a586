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
        self._keys: list[np.ndarray] = []
        for path in sorted(folder.glob(f"*{_KEYS}")) if folder.is_dir() else ():
            self._learn(path.name.removesuffix(_KEYS))

    def __len__(self) -> int:
        return sum(map(len, self._keys))

    def missing(self, keys: np.ndarray) -> np.ndarray:
        """Positions of keys whose picture is not kept, in order, the first of each key alone."""
        first = np.sort(np.unique(keys, return_index=True)[1])
        if not self._keys:
            return first
        return first[~np.isin(keys[first], np.concatenate(self._keys))]

    def places(self, keys: np.ndarray) -> np.ndarray:
        """Block and row of each key, int64 (n, 2); every key has to be there."""
        if not len(keys):
            return np.zeros((0, 2), dtype=np.int64)
        known = np.concatenate(self._keys)
        order = np.argsort(known, kind="stable")
        found = order[np.searchsorted(known, keys, sorter=order)]
        begins = np.cumsum([0, *map(len, self._keys)])
        blocks = np.searchsorted(begins, found, side="right") - 1
        return np.stack([blocks, found - begins[blocks]], axis=1)

    def at(self, places: np.ndarray) -> np.ndarray:
        """The pictures of places (n, 2), uint8 (n, s, s, 3)."""
        pixels = np.empty((len(places), self._size, self._size, 3), dtype=np.uint8)
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
        self._keys.append(np.load(self._folder / f"{name}{_KEYS}", allow_pickle=False))
        path = self._folder / f"{name}{_PIXELS}"
        self._blocks.append(np.load(path, mmap_mode="r", allow_pickle=False))


def _bytes(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()
