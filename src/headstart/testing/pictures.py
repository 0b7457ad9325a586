"""Tiny pictures with something to see: bars that lie or stand, drawn here."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

SIDE = 12


@cache
def folder_of(marks: tuple[bool, ...]) -> Path:
    """A folder with a file for each row, `0.png` and on; it stands until the process ends.

    Args:
        marks: whether the bar of each row stands.
    """
    from PIL import Image

    folder = Path(tempfile.mkdtemp(prefix="headstart-pictures-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    random = np.random.default_rng(11)
    for row, stands in enumerate(marks):
        pixels = random.integers(0, 120, (SIDE, SIDE, 3))
        first = int(random.integers(SIDE - 3))
        pixels[first : first + 3] += 120
        drawn = pixels.transpose(1, 0, 2) if stands else pixels
        Image.fromarray(drawn.astype(np.uint8)).save(folder / f"{row}.png")
    return folder
