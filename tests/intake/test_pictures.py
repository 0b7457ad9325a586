"""One picture file becomes an array, or a sentence on why it cannot."""

from __future__ import annotations

import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from headstart.errors import DataError
from headstart.intake.pictures import decode, header, is_grey


def _ramp(height: int, width: int) -> np.ndarray:
    """Red grows to the right, green downwards."""
    down, right = np.mgrid[0:height, 0:width]
    return np.stack([right * 255 // width, down * 255 // height, 0 * down], axis=2).astype(np.uint8)


def test_colours_come_back_as_they_were_written(tmp_path: Path):
    Image.fromarray(_ramp(4, 6)).save(tmp_path / "a.png")

    assert np.array_equal(decode(tmp_path / "a.png"), _ramp(4, 6))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "CMYK", "I;16"])
def test_every_mode_becomes_red_green_and_blue(tmp_path: Path, mode: str):
    white = Image.new("RGB", (3, 2), "white")
    if mode == "I;16":
        picture = Image.fromarray(np.full((2, 3), 65_535, dtype=np.uint16))
    else:
        picture = white.convert("P").convert("PA") if mode == "PA" else white.convert(mode)
    ending = "tif" if mode in ("CMYK", "PA") else "png"
    picture.save(tmp_path / f"a.{ending}")

    pixels = decode(tmp_path / f"a.{ending}")

    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels, np.full((2, 3, 3), 255))


def test_sixteen_bits_are_scaled_and_not_cut(tmp_path: Path):
    Image.fromarray(np.array([[0, 257, 32_896, 65_535]], dtype=np.uint16)).save(tmp_path / "a.png")

    assert decode(tmp_path / "a.png")[0, :, 0].tolist() == [0, 1, 128, 255]


@pytest.mark.parametrize(("largest", "white"), [(1.0, 1.0), (255.0, 255.0), (65_535.0, 65_535.0)])
def test_numbers_are_scaled_by_the_range_they_fill(tmp_path: Path, largest: float, white: float):
    Image.fromarray(np.array([[0, largest]], dtype=np.float32)).save(tmp_path / "a.tif")

    assert decode(tmp_path / "a.tif")[0, :, 0].tolist() == [0, 255]


def test_numbers_that_are_no_brightness_are_refused(tmp_path: Path):
    Image.fromarray(np.array([[-1.0, 3.0]], dtype=np.float32)).save(tmp_path / "a.tif")

    with pytest.raises(DataError, match="values run from -1 to 3, expected 0 to 65,535"):
        decode(tmp_path / "a.tif")


def test_what_is_transparent_is_white(tmp_path: Path):
    Image.new("RGBA", (1, 1), (255, 0, 0, 0)).save(tmp_path / "a.png")
    palette = Image.new("P", (1, 1), 0)
    palette.putpalette([9, 9, 9])
    palette.save(tmp_path / "b.png", transparency=b"\0")

    assert decode(tmp_path / "a.png").ravel().tolist() == [255, 255, 255]
    assert decode(tmp_path / "b.png").ravel().tolist() == [255, 255, 255]


def test_a_camera_held_sideways_is_turned_back(tmp_path: Path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of the scene is at the right of the file
    Image.fromarray(_ramp(20, 40)).save(tmp_path / "a.png", exif=exif)

    pixels = decode(tmp_path / "a.png")

    assert np.array_equal(pixels, np.rot90(_ramp(20, 40), k=-1))
    assert (header(tmp_path / "a.png").width, header(tmp_path / "a.png").height) == (20, 40)


def test_a_film_shows_its_first_frame(tmp_path: Path):
    frames = [Image.new("RGB", (2, 2), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])

    assert decode(tmp_path / "a.gif")[0, 0].tolist() == [255, 0, 0]


def test_a_large_jpeg_is_read_smaller_but_never_too_small(tmp_path: Path):
    Image.fromarray(_ramp(400, 600)).save(tmp_path / "a.jpg")

    assert decode(tmp_path / "a.jpg").shape == (400, 600, 3)
    assert decode(tmp_path / "a.jpg", smallest=100).shape == (100, 150, 3)
    assert decode(tmp_path / "a.jpg", smallest=101).shape == (200, 300, 3)


def test_a_header_tells_grey_without_the_pixels(tmp_path: Path):
    Image.new("L", (30, 20)).save(tmp_path / "a.png")
    Image.new("RGB", (30, 20)).save(tmp_path / "b.png")

    assert header(tmp_path / "a.png").grey
    assert header(tmp_path / "a.png").shorter == 20
    assert not header(tmp_path / "b.png").grey
    assert is_grey(decode(tmp_path / "b.png"))
    assert not is_grey(_ramp(2, 2))


def test_each_fault_has_its_sentence(tmp_path: Path):
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "text.jpg").write_text("no picture at all")
    Image.effect_noise((64, 64), 50).save(tmp_path / "whole.jpg")
    (tmp_path / "half.jpg").write_bytes((tmp_path / "whole.jpg").read_bytes()[:1000])
    faults = {
        "absent.png": "the picture `absent.png` is not there",
        "empty.png": "the picture `empty.png` is empty",
        "text.jpg": "`text.jpg` is no picture, although its name says so",
        "half.jpg": "the picture `half.jpg` is damaged: image file is truncated",
    }

    for name, sentence in faults.items():
        with pytest.raises(DataError, match=sentence):
            decode(tmp_path / name)


@pytest.mark.parametrize("side", [9_600, 10_001, 20_000])
def test_a_huge_picture_is_refused_before_its_pixels_are_read(tmp_path: Path, side: int):
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return len(data).to_bytes(4, "big") + kind + data + check.to_bytes(4, "big")

    sides = side.to_bytes(4, "big") * 2
    start = chunk(b"IHDR", sides + b"\x08\x00\x00\x00\x00") + chunk(b"IDAT", zlib.compress(b""))
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + start + chunk(b"IEND", b""))
    reason = "damaged" if side < 10_000 else "too large"

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DataError, match=reason):
            decode(tmp_path / "a.png")


def test_threads_leave_the_list_of_warnings_as_it_was(tmp_path: Path):
    Image.fromarray(_ramp(50, 50)).save(tmp_path / "a.png")
    before = list(warnings.filters)

    def read() -> None:
        for _ in range(50):
            decode(tmp_path / "a.png")

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert warnings.filters == before
