"""Pictures for the page are small, and a broken one is left to its name."""

import base64
import io

from drawn import encoded, put
from PIL import Image

from headstart.intake.thumbnails import SIDE, draw, thumbnails


def test_a_picture_of_any_size_fits_into_the_square(tmp_path):
    for name, size in {"wide.png": (400, 100), "small.png": (5, 9)}.items():
        Image.new("RGB", size, "red").save(tmp_path / name)

    found = thumbnails(tmp_path, ["wide.png", "small.png", "wide.png"])

    sizes = {
        name: Image.open(io.BytesIO(base64.b64decode(text))).size for name, text in found.items()
    }
    assert sizes == {"wide.png": (SIDE, SIDE // 4), "small.png": (5, 9)}


def test_what_cannot_be_drawn_is_left_out(tmp_path):
    put(tmp_path / "in" / "a.png", encoded())
    put(tmp_path / "in" / "b.png", "words")
    put(tmp_path / "c.png", encoded())

    drawn = draw(str(tmp_path / "in"), ["a.png", "b.png", "../c.png", "gone.png"])

    assert list(drawn) == ["a.png"]
