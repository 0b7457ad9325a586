"""Picture files become arrays of one size, decoded once and kept on disk.

A network sees squares: a `Framing` says how any picture becomes one. The pictures of a column are
read in batches, so that the memory does not depend on how many there are; with a cache folder each
is decoded once, and every later pass reads memory-mapped pixels.

Shapes: n rows, b rows of a batch, s x s pixels of red, green and blue.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Literal

import numpy as np

from headstart.errors import AskError, DataError
from headstart.features.kept_pictures import KeptPictures
from headstart.intake.pictures import decode
from headstart.records import Table
from headstart.storage.folders import inside
from headstart.weights.entry import ImageInputs

Interpolation = Literal["nearest", "bilinear", "bicubic", "lanczos"]
_BLOCK_BYTES = 32_000_000
_AT_ONCE = 32  # pictures that a thread decodes in turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """How a picture of any size becomes a square.

    Attributes:
        size: side of the square.
        resize: what the shorter side becomes before the crop; without a crop, nothing.
        crop: `center` cuts the middle out; `none` squeezes the whole picture into the square.
    """

    size: int
    resize: int
    crop: Literal["center", "none"] = "none"
    interpolation: Interpolation = "bilinear"

    def __post_init__(self) -> None:
        if self.crop == "center" and self.resize < self.size:
            raise AskError(
                f"a square of {self.size} pixels cannot be cut out of pictures whose shorter side "
                f"is {self.resize}."
            )

    @property
    def name(self) -> str:
        """Short, and different for every framing: a folder's name."""
        return f"{self.size}-{self.resize}-{self.crop}-{self.interpolation}"


def framing_of(inputs: ImageInputs) -> Framing:
    """How a checkpoint wants its pictures."""
    return Framing(
        size=inputs.size,
        resize=inputs.resize,
        crop=inputs.crop,
        interpolation=inputs.interpolation,
    )


def framed(path: Path, framing: Framing) -> np.ndarray:
    """A picture file as uint8 (s, s, 3).

    Raises:
        DataError: one sentence on why the file cannot be read.
    """
    # Twice the size is left for the filter that follows, which evens out what the coarse
    # reduction of a JPEG gets wrong.
    smallest = 2 * (framing.size if framing.crop == "none" else framing.resize)
    return squared(decode(path, smallest), framing)


def squared(pixels: np.ndarray, framing: Framing) -> np.ndarray:
    """Pixels uint8 (h, w, 3) as uint8 (s, s, 3)."""
    from PIL import Image

    height, width = pixels.shape[:2]
    if framing.crop == "none":
        sides = (framing.size, framing.size)
    elif width < height:
        sides = (framing.resize, int(framing.resize * height / width))
    else:
        sides = (int(framing.resize * width / height), framing.resize)
    if sides != (width, height):
        how = Image.Resampling[framing.interpolation.upper()]
        pixels = np.asarray(Image.fromarray(pixels).resize(sides, how))
    top, left = (round((side - framing.size) / 2.0) for side in (sides[1], sides[0]))
    return pixels[top : top + framing.size, left : left + framing.size]


class Pictures:
    """The pictures of one column, framed, in the order of the rows.

    Args:
        name: of an image column.
        cores: threads that decode.
        cache: a folder in which framed pictures are kept for later passes and other processes;
            without one, every reading decodes anew.

    Raises:
        DataError: a path leads nowhere or out of the table's folder.
    """

    def __init__(
        self, table: Table, name: str, framing: Framing, *, cores: int = 1, cache: Path | None
    ) -> None:
        self.framing = framing
        self._paths = picture_paths(table, name)
        self._cores = max(1, cores)
        self.there = np.array([path is not None for path in self._paths], dtype=bool)
        self._kept = None if cache is None else self._all_kept(cache / "pictures" / framing.name)

    def __len__(self) -> int:
        return len(self._paths)

    def read(self, rows: np.ndarray) -> np.ndarray:
        """The pictures of these rows, uint8 (b, s, s, 3); black where there is none (`there`).

        Raises:
            DataError: a file cannot be read.
        """
        size = self.framing.size
        pixels = np.zeros((len(rows), size, size, 3), dtype=np.uint8)
        places = np.flatnonzero(self.there[rows])
        if not len(places):
            return pixels
        if self._kept is not None:
            pixels[places] = self._kept.get(self._keys[rows[places]])
        else:
            pixels[places] = self._decoded([self._paths[row] for row in rows[places].tolist()])
        return pixels

    def batches(self, rows: int = 256) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """All pictures in order, so many at a time: pixels (b, s, s, 3) and which are there."""
        for first in range(0, len(self), rows):
            chosen = np.arange(first, min(first + rows, len(self)))
            yield self.read(chosen), self.there[chosen]

    def _all_kept(self, folder: Path) -> KeptPictures:
        """What the folder keeps, once all pictures of this column are among it."""
        kept = KeptPictures(folder, self.framing.size)
        self._keys = np.array(
            [b"" if path is None else key_of(path) for path in self._paths], dtype="S16"
        )
        missing = kept.missing(self._keys, self.there)
        step = max(1, _BLOCK_BYTES // (3 * self.framing.size**2))
        for first in range(0, len(missing), step):
            rows = missing[first : first + step]
            kept.add(self._keys[rows], self._decoded([self._paths[row] for row in rows.tolist()]))
        return kept

    def _decoded(self, paths: Sequence[Path | None]) -> np.ndarray:
        """Files as uint8 (b, s, s, 3), by several threads: decoders let go of Python's lock."""
        stretches = [paths[first : first + _AT_ONCE] for first in range(0, len(paths), _AT_ONCE)]
        work = partial(_stretch, framing=self.framing)
        if self._cores == 1 or len(stretches) == 1:
            return np.concatenate(list(map(work, stretches)))
        with ThreadPoolExecutor(self._cores) as pool:
            return np.concatenate(list(pool.map(work, stretches)))


def _stretch(paths: Sequence[Path | None], framing: Framing) -> np.ndarray:
    return np.stack([framed(path, framing) for path in paths if path is not None])


def picture_paths(table: Table, name: str) -> list[Path | None]:
    """The file of each row of an image column; None where the row has none.

    Raises:
        DataError: the table has no folder, or a path leads out of it.
    """
    import pyarrow as pa

    names = table.values(name).cast(pa.string()).to_pylist()
    if all(each is None for each in names):
        return [None] * len(names)
    if table.media_root is None:
        raise DataError(f"the table does not say which folder the pictures of `{name}` are in.")
    root = table.media_root
    folders: dict[str, Path] = {}
    return [None if each is None else _located(root, each, folders) for each in names]


def _located(root: Path, name: str, folders: dict[str, Path]) -> Path:
    """`inside(root, name)`, where each folder is resolved once."""
    folder, cut, last = name.rpartition("/")
    if last in ("", ".", "..") or "\0" in name or "\\" in name:
        return inside(root, name)
    if folder + cut not in folders:
        folders[folder + cut] = inside(root, folder or ("/" if cut else "."))
    path = folders[folder + cut] / last
    return inside(root, name) if path.is_symlink() else path


def key_of(path: Path) -> bytes:
    """16 bytes that tell this state of a file from any other: its path, size and time.

    Raises:
        DataError: it is not there.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise DataError(f"the picture `{path.name}` is not there.") from error
    if not stat.S_ISREG(found.st_mode):
        raise DataError(f"the picture `{path.name}` is no file.")
    which = f"{path}\0{found.st_size}\0{found.st_mtime_ns}"
    return blake2b(which.encode("utf-8", "surrogateescape"), digest_size=16).digest()
