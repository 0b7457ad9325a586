"""Picture files become arrays of one size, decoded once and kept on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from headstart.errors import AskError, DataError
from headstart.features import pictures as module
from headstart.features.pictures import Framing, Pictures, framed, key_of, squared
from headstart.records import Column, Table

SMALL = Framing(size=4, resize=4)


def _table(root: Path | None, paths: list[str | None]) -> Table:
    return Table(
        columns=(Column(name="photo", modality="image"),),
        arrow=pa.table({"photo": pa.array(paths, pa.string())}),
        row_ids=np.arange(len(paths)),
        media_root=root,
    )


def _write(folder: Path, colours: list[str]) -> list[str | None]:
    for place, colour in enumerate(colours):
        Image.new("RGB", (8, 8), colour).save(folder / f"{place}.png")
    return [f"{place}.png" for place in range(len(colours))]


def test_the_middle_is_cut_out_of_a_wide_picture():
    wide = np.zeros((10, 40, 3), dtype=np.uint8)
    wide[:, 15:25] = 200

    middle = squared(wide, Framing(size=10, resize=10, crop="center", interpolation="nearest"))

    assert middle.shape == (10, 10, 3)
    assert (middle == 200).all()


def test_without_a_crop_the_whole_picture_is_squeezed():
    wide = np.zeros((10, 40, 3), dtype=np.uint8)
    wide[:, :20] = 200

    square = squared(wide, Framing(size=10, resize=10, interpolation="nearest"))

    assert (square[:, :5] == 200).all()
    assert (square[:, 5:] == 0).all()


def test_a_picture_of_the_right_size_is_left_as_it_is(tmp_path: Path):
    pixels = np.random.default_rng(0).integers(0, 256, (4, 4, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")

    assert np.array_equal(framed(tmp_path / "a.png", SMALL), pixels)


def test_a_crop_larger_than_the_picture_is_refused():
    with pytest.raises(AskError, match="a square of 8 pixels cannot be cut out"):
        Framing(size=8, resize=4, crop="center")


@pytest.mark.parametrize("is_cached", [True, False])
@pytest.mark.parametrize("cores", [1, 2])
def test_batches_hold_every_row_in_its_order(tmp_path: Path, is_cached: bool, cores: int):
    colours = [f"rgb({shade},0,0)" for shade in range(70)]
    paths = _write(tmp_path, colours)
    cache = tmp_path / "cache" if is_cached else None

    read = Pictures(_table(tmp_path, paths), "photo", SMALL, cores=cores, cache=cache)
    parts = list(read.batches(32))

    assert [len(pixels) for pixels, _ in parts] == [32, 32, 6]
    assert np.concatenate([pixels for pixels, _ in parts])[:, 0, 0, 0].tolist() == [*range(70)]


@pytest.mark.parametrize("is_cached", [True, False])
def test_a_row_without_a_picture_is_black_and_says_so(tmp_path: Path, is_cached: bool):
    path = _write(tmp_path, ["white"])[0]
    cache = tmp_path / "cache" if is_cached else None

    read = Pictures(_table(tmp_path, [None, path]), "photo", SMALL, cache=cache)

    assert read.there.tolist() == [False, True]
    assert read.read(np.array([0, 1]))[:, 0, 0, 0].tolist() == [0, 255]


def test_a_second_reading_decodes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    table = _table(tmp_path, _write(tmp_path, ["red", "blue", "gray"]))
    first = Pictures(table, "photo", SMALL, cache=tmp_path / "cache").read(np.arange(3))

    monkeypatch.setattr(module, "framed", None)
    again = Pictures(table, "photo", SMALL, cache=tmp_path / "cache").read(np.arange(3))

    assert np.array_equal(first, again)


def test_a_file_that_has_changed_is_decoded_again(tmp_path: Path):
    table = _table(tmp_path, _write(tmp_path, ["red"]))
    before = key_of(tmp_path / "0.png")
    Pictures(table, "photo", SMALL, cache=tmp_path / "cache")

    Image.new("RGB", (9, 9), "blue").save(tmp_path / "0.png")
    now = Pictures(table, "photo", SMALL, cache=tmp_path / "cache").read(np.arange(1))

    assert key_of(tmp_path / "0.png") != before
    assert now[0, 0, 0].tolist() == [0, 0, 255]


def test_blocks_of_several_readings_are_found_again(tmp_path: Path):
    table = _table(tmp_path, _write(tmp_path, [f"rgb({shade},9,0)" for shade in range(40)]))
    cache = tmp_path / "cache"
    for rows in ([3, 30], [3, 4, 5], [39, 4]):
        Pictures(table.take(rows), "photo", SMALL, cache=cache)

    backwards = Pictures(table, "photo", SMALL, cache=cache).read(np.arange(40)[::-1])

    assert backwards[:, 0, 0, 0].tolist() == [*range(40)][::-1]
    assert len(list(cache.rglob("*.keys.npy"))) == 4


def test_grey_pictures_take_a_third_of_the_room(tmp_path: Path):
    table = _table(tmp_path, _write(tmp_path, ["gray"] * 10))

    pixels = Pictures(table, "photo", SMALL, cache=tmp_path / "cache").read(np.arange(10))
    kept = next((tmp_path / "cache").rglob("*.pixels.npy"))

    assert np.load(kept).shape == (10, 4, 4, 1)
    assert (pixels == 128).all()


def test_two_that_keep_the_same_pictures_write_the_same_files(tmp_path: Path):
    table = _table(tmp_path, _write(tmp_path, ["red", "blue"]))
    cache = tmp_path / "cache"

    one = Pictures(table, "photo", SMALL, cache=cache)
    files = {path.name for path in cache.rglob("*.npy")}
    for path in cache.rglob("*.keys.npy"):
        path.unlink()  # as if the other had not yet ended when this one began
    other = Pictures(table, "photo", SMALL, cache=cache)

    assert {path.name for path in cache.rglob("*.npy")} == files
    assert np.array_equal(one.read(np.arange(2)), other.read(np.arange(2)))


@pytest.mark.parametrize("path", ["../a.png", "/etc/a.png", "link.png", "way/../../a.png"])
def test_a_path_out_of_the_folder_is_refused(tmp_path: Path, path: str):
    root = tmp_path / "root"
    (root / "way").mkdir(parents=True)
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    (root / "link.png").symlink_to(tmp_path / "a.png")

    with pytest.raises(DataError, match=r"leads out of its folder|is not a relative path"):
        Pictures(_table(root, [path]), "photo", SMALL, cache=None).read(np.arange(1))


def test_pictures_without_a_folder_are_refused():
    with pytest.raises(DataError, match="does not say which folder the pictures of `photo` are in"):
        Pictures(_table(None, ["a.png"]), "photo", SMALL, cache=None).read(np.arange(1))


def test_an_unreadable_picture_is_named(tmp_path: Path):
    (tmp_path / "a.png").write_text("nothing of the kind")

    with pytest.raises(DataError, match=r"`a\.png` is no picture"):
        Pictures(_table(tmp_path, ["a.png"]), "photo", SMALL, cache=tmp_path / "cache")
