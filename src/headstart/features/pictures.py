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
from dataclasses import dataclass, replace
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
_NAMES_AT_ONCE = 10_000


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

    def at(self, size: int) -> Framing:
        """The same for a square of another side.

        Example:
            >>> Framing(size=224, resize=256, crop="center").at(112).resize
            128
        """
        resize = max(size, round(self.resize * size / self.size))
        return replace(self, size=size, resize=resize)


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
        DataError: with a cache, a picture cannot be read.
    """

    def __init__(
        self, table: Table, name: str, framing: Framing, *, cores: int = 1, cache: Path | None
    ) -> None:
        import pyarrow as pa

        self.framing = framing
        self._names = table.values(name).cast(pa.string()).combine_chunks()
        self._folder = _Folder(table, name)
        self._cores = max(1, cores)
        self.there = self._names.is_valid().to_numpy(zero_copy_only=False)
        self._kept: KeptPictures | None = None
        self._places = np.zeros((0, 2), dtype=np.int64)
        if cache is not None:
            self._keep(KeptPictures(cache / "pictures" / framing.name, framing.size))

    def __len__(self) -> int:
        return len(self._names)

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
            pixels[places] = self._kept.at(self._places[rows[places]])
        else:
            pixels[places] = self._decoded(self._paths(rows[places]))
        return pixels

    def batches(self, rows: int = 256) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """All pictures in order, so many at a time: pixels (b, s, s, 3) and which are there."""
        for first in range(0, len(self), rows):
            chosen = np.arange(first, min(first + rows, len(self)))
            yield self.read(chosen), self.there[chosen]

    def _keep(self, kept: KeptPictures) -> None:
        """Decode what is not kept yet, a block at a time, and note where each row's picture is."""
        keys = np.zeros(len(self), dtype="S16")
        rows = np.flatnonzero(self.there)
        for first in range(0, len(rows), _NAMES_AT_ONCE):
            some = rows[first : first + _NAMES_AT_ONCE]
            keys[some] = [key_of(path) for path in self._paths(some)]
        missing = rows[kept.missing(keys[rows])]
        step = max(1, _BLOCK_BYTES // (3 * self.framing.size**2))
        for first in range(0, len(missing), step):
            some = missing[first : first + step]
            kept.add(keys[some], self._decoded(self._paths(some)))
        self._kept, self._places = kept, np.zeros((len(self), 2), dtype=np.int64)
        self._places[rows] = kept.places(keys[rows])

    def _paths(self, rows: np.ndarray) -> list[Path]:
        """The files of rows that have one."""
        return [self._folder.path(name) for name in self._names.take(rows).to_pylist()]

    def _decoded(self, paths: Sequence[Path]) -> np.ndarray:
        """Files as uint8 (b, s, s, 3), by several threads: decoders let go of Python's lock."""
        stretches = [paths[first : first + _AT_ONCE] for first in range(0, len(paths), _AT_ONCE)]
        work = partial(_stretch, framing=self.framing)
        if self._cores == 1 or len(stretches) == 1:
            return np.concatenate(list(map(work, stretches)))
        with ThreadPoolExecutor(self._cores) as pool:
            return np.concatenate(list(pool.map(work, stretches)))


def _stretch(paths: Sequence[Path], framing: Framing) -> np.ndarray:
    return np.stack([framed(path, framing) for path in paths])


def picture_paths(table: Table, name: str) -> list[Path | None]:
    """The file of each row of an image column; None where the row has none.

    Raises:
        DataError: the table has no folder, or a path leads out of it.
    """
    import pyarrow as pa

    folder, names = _Folder(table, name), table.values(name).cast(pa.string()).to_pylist()
    return [None if each is None else folder.path(each) for each in names]


class _Folder:
    """`inside(root, name)` for many names, where each folder below the root is resolved once."""

    def __init__(self, table: Table, column: str) -> None:
        self._root, self._column = table.media_root, column
        self._below: dict[str, Path] = {}

    def path(self, name: str) -> Path:
        """
        Raises:
            DataError: the table has no folder, or the path leads out of it.
        """
        if self._root is None:
            raise DataError(
                f"the table does not say which folder the pictures of `{self._column}` are in."
            )
        folder, cut, last = name.rpartition("/")
        if last in ("", ".", "..") or "\0" in name or "\\" in name:
            return inside(self._root, name)
        if folder + cut not in self._below:
            self._below[folder + cut] = inside(self._root, folder or ("/" if cut else "."))
        path = self._below[folder + cut] / last
        return inside(self._root, name) if path.is_symlink() else path


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
