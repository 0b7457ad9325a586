"""What a few pictures of a column tell about all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from headstart.features.picture_facts import may_be_mirrored, shorter_side
from headstart.records import Column, Table


def test_the_median_of_the_shorter_sides_counts(tmp_path: Path):
    for row, size in enumerate([(30, 20), (10, 90), (50, 40)]):
        Image.new("L", size).save(tmp_path / f"{row}.png")
    table = Table(
        columns=(Column(name="photo", modality="image"),),
        arrow=pa.table({"photo": ["0.png", "1.png", None, "2.png"]}),
        row_ids=np.arange(4),
        media_root=tmp_path,
    )

    assert shorter_side(table, ("photo",)) == 20
    assert shorter_side(table, ()) == 0


def _shapes(n: int, *, points_left: bool) -> tuple[np.ndarray, np.ndarray]:
    """Two classes: a bright upper or lower half; or a bright left or right one."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, n)
    pixels = random.integers(0, 80, (n, 16, 16, 1))
    for picture, label in zip(pixels, labels, strict=True):
        half = slice(0, 8) if label else slice(8, 16)
        if points_left:
            picture[:, half] += 120
        else:
            picture[half] += 120
    return pixels.astype(np.uint8), labels


def test_what_a_mirror_leaves_alone_may_be_mirrored():
    assert may_be_mirrored(*_shapes(200, points_left=False))


def test_what_a_mirror_turns_into_another_class_may_not():
    assert not may_be_mirrored(*_shapes(200, points_left=True))


def test_where_neighbours_know_nothing_all_is_left_as_it_is():
    pixels, labels = _shapes(200, points_left=False)

    assert not may_be_mirrored(pixels, np.random.default_rng(1).permutation(labels))


def test_few_pictures_tell_nothing():
    pixels, labels = _shapes(30, points_left=False)

    assert not may_be_mirrored(pixels, labels)


def test_digits_may_not_be_mirrored():
    digits = pytest.importorskip("sklearn.datasets").load_digits()
    pixels = (digits.images[:800] * 15).astype(np.uint8)[..., None]

    assert not may_be_mirrored(pixels, digits.target[:800])
