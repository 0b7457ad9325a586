"""One picture file becomes an array, or a sentence on why it cannot.

Pictures come from strangers: only formats whose decoders run no other program are opened, sizes are
read before pixels are, and what a decoder says about a damaged file is turned into one sentence.

Shapes: h x w pixels, red, green and blue from 0 to 255.
"""

from __future__ import annotations

import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from headstart.errors import DataError
from headstart.processes.libraries import need

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 100_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_GREY_MODES = frozenset({"1", "L", "LA", "La", "I", "F", "I;16", "I;16L", "I;16B", "I;16N"})
_ORIENTATION = 0x0112  # the Exif tag
_SIDEWAYS = range(5, 9)
_DAMAGE = (
    *(OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error),
    *(IndexError, KeyError, TypeError, AttributeError, OverflowError),
)
"""What Pillow's readers raise on damaged files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What is known of a picture before its pixels are read.

    Attributes:
        width, height: as shown, after the rotation that its camera noted.
        grey: whether its format says that it has no colours.
        transparent: whether its format says that something may shine through.
    """

    width: int
    height: int
    grey: bool
    transparent: bool = False

    @property
    def shorter(self) -> int:
        """The shorter side, in pixels."""
        return min(self.width, self.height)


def decode(path: Path, smallest: int = 0) -> np.ndarray:
    """The first frame of a picture, upright, in colours, over white: uint8 (h, w, 3).

    Args:
        smallest: with more than 0, a JPEG may be read at a half, a quarter or an eighth of its
            size, as long as its shorter side has at least so many pixels.

    Raises:
        DataError: one sentence on why the file cannot be read.
    """
    with _opened(path) as picture:
        if smallest > 0 and picture.format in ("JPEG", "MPO"):
            picture.draft(None, (smallest, smallest))
        picture.load()
        upright = _turned(_in_colours(picture), _orientation(picture))
        return np.array(upright, dtype=np.uint8)


def header(path: Path) -> Header:
    """Size and kind of a picture; its pixels are not read.

    Raises:
        DataError: one sentence on why the file cannot be read.
    """
    with _opened(path) as picture:
        width, height = picture.size
        if _orientation(picture) in _SIDEWAYS:
            width, height = height, width
        return Header(
            width=width,
            height=height,
            grey=picture.mode in _GREY_MODES,
            transparent=_is_transparent(picture),
        )


def is_grey(pixels: np.ndarray) -> bool:
    """Whether red, green and blue are the same everywhere, of pixels (..., 3).

    Example:
        >>> is_grey(np.zeros((2, 2, 3), dtype=np.uint8))
        True
    """
    red = pixels[..., 0]
    return bool((red == pixels[..., 1]).all() and (red == pixels[..., 2]).all())


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """A picture whose size is known and allowed; every failure in the block gets its sentence."""
    need("PIL", wanted_by="reading pictures")
    from PIL import Image, UnidentifiedImageError

    if not path.is_file():
        raise DataError(f"the picture `{path.name}` is not there.")
    if not path.stat().st_size:
        raise DataError(f"the picture `{path.name}` is empty.")
    try:
        with _QUIET, Image.open(path, formats=FORMATS) as picture:
            _refuse_large(path, picture.size)
            yield picture
    except UnidentifiedImageError as error:
        raise DataError(f"`{path.name}` is no picture, although its name says so.") from error
    except Image.DecompressionBombError as error:
        raise _too_large(path, "far") from error
    except DataError:
        raise
    except _DAMAGE as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"the picture `{path.name}` is damaged: {said}.") from error


def _refuse_large(path: Path, size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise _too_large(path, f"{size[0]} x {size[1]}:")


def _too_large(path: Path, how: str) -> DataError:
    most = MOST_PIXELS // 1_000_000
    return DataError(f"the picture `{path.name}` is too large ({how} more than {most} megapixels).")


def _in_colours(picture: Image.Image) -> Image.Image:
    """Red, green and blue of 8 bits, whatever the file has."""
    from PIL import Image

    if picture.mode.startswith("I") or picture.mode == "F":
        return Image.fromarray(_eight_bits(np.asarray(picture))).convert("RGB")
    if _is_transparent(picture):
        over = picture.convert("RGBA")
        white = Image.new("RGBA", over.size, "white")
        return Image.alpha_composite(white, over).convert("RGB")
    return picture.convert("RGB")


def _is_transparent(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info


def _eight_bits(values: np.ndarray) -> np.ndarray:
    """Grey of 16 bits, or numbers from 0 to 1, to 255 or to 65,535, as uint8 (h, w).

    Example:
        >>> _eight_bits(np.array([[0, 257, 65535]], dtype=np.uint16)).tolist()
        [[0, 1, 255]]
    """
    low, high = float(values.min()), float(values.max())
    if not (low >= 0 and high <= 65_535):
        raise ValueError(f"its values run from {low:g} to {high:g}, expected 0 to 65,535")
    white = 65_535 if values.dtype.kind != "f" or high > 255 else 255 if high > 1 else 1
    return np.rint(values * (255.0 / white)).astype(np.uint8)


def _orientation(picture: Image.Image) -> int:
    """How the camera was held, 1 to 8 in the words of Exif; 1 is upright."""
    found = picture.getexif().get(_ORIENTATION, 1)
    return found if isinstance(found, int) else 1


def _turned(picture: Image.Image, orientation: int) -> Image.Image:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return picture.transpose(turns[orientation]) if orientation in turns else picture


class _Quiet:
    """No warnings while any thread is inside.

    `warnings.catch_warnings` keeps one list for all threads: two that overlap would put back each
    other's. Here the first to come sets the list aside and the last to go puts it back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._aside = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._aside = warnings.catch_warnings()
                self._aside.__enter__()
                warnings.simplefilter("ignore")
            self._inside += 1

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._aside.__exit__(None, None, None)


_QUIET = _Quiet()
