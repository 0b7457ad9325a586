"""Pictures made on the fly: whole ones of many kinds, and broken ones."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image


def pixels(number: int = 0, side: int = 8) -> np.ndarray:
    """Colours that are different for every number, uint8 (side, side, 3)."""
    return np.random.default_rng(number).integers(0, 255, (side, side, 3), dtype=np.uint8)


def encoded(number: int = 0, kind: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels(number)).save(out, kind, **options)
    return out.getvalue()


def put(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def two_classes(folder: Path, each: int = 3) -> Path:
    """A folder `class/file` with different pictures of cats and dogs."""
    for number in range(each):
        put(folder / "cat" / f"{number}.png", encoded(number))
        put(folder / "dog" / f"{number}.png", encoded(100 + number))
    return folder


def whole(folder: Path) -> dict[str, tuple[int, int]]:
    """One picture of every kind that is to be read, with width and height as shown."""
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was held upright
    wide = Image.fromarray(np.zeros((4, 10, 3), dtype=np.uint8))
    colour = Image.fromarray(pixels())
    folder.mkdir(parents=True, exist_ok=True)
    wide.save(folder / "turned.jpg", exif=turned.tobytes())
    colour.convert("RGBA").save(folder / "clear.png")
    colour.convert("L").save(folder / "grey.png")
    colour.convert("P").save(folder / "palette.png")
    Image.fromarray(np.full((8, 8), 40_000, dtype=np.uint16)).save(folder / "deep.tif")
    colour.save(folder / "film.gif", save_all=True, append_images=[wide.resize((8, 8))])
    colour.save(folder / "new.webp")
    names = ("clear.png", "grey.png", "palette.png", "deep.tif", "film.gif", "new.webp")
    return {"turned.jpg": (4, 10), **dict.fromkeys(names, (8, 8))}


def broken(folder: Path) -> dict[str, str]:
    """One file of every kind that cannot be read, with a word of the reason."""
    jpeg = io.BytesIO()
    Image.fromarray(pixels(side=64)).save(jpeg, "JPEG")
    put(folder / "cut.jpg", jpeg.getvalue()[:-300])
    put(folder / "page.jpg", "<!doctype html><html><body>404</body></html>")
    put(folder / "empty.png", b"")
    put(folder / "text.jpg", "these are words\n" * 20)
    put(folder / "bomb.png", bomb())
    return {
        "cut.jpg": "damaged",
        "page.jpg": "no picture",
        "empty.png": "empty",
        "text.jpg": "no picture",
        "bomb.png": "too large",
    }


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few bytes that asks for gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )
