"""Photographs of many sizes, cut out of the two that come with scikit-learn, as JPEG files."""

from pathlib import Path

import numpy as np

from benchmarks.carriers import CACHE

_SHORTEST = 240


def write_pictures(count: int, seed: int = 0) -> Path:
    """A folder of so many pictures, 240 to 427 pixels high; written on the first call.

    What they show does not matter: they are there to be decoded, scaled and read.
    """
    folder = CACHE / "throughput-pictures" / f"{count}-{seed}"
    if folder.is_dir():
        return folder
    from PIL import Image
    from sklearn.datasets import load_sample_images

    photographs = load_sample_images().images
    random = np.random.default_rng(seed)
    unfinished = folder.with_name(f"{folder.name}.part")
    unfinished.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        whole = photographs[number % len(photographs)]
        height, width = (int(random.integers(_SHORTEST, side + 1)) for side in whole.shape[:2])
        top, left = (
            int(random.integers(0, side - part + 1))
            for side, part in zip(whole.shape[:2], (height, width), strict=True)
        )
        part = Image.fromarray(whole[top : top + height, left : left + width])
        part.save(unfinished / f"{number:04d}.jpg", quality=90)
    unfinished.rename(folder)
    return folder
