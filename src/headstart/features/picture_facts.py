"""What a few pictures of a column tell about all: their size, their colours, and mirrors.

Shapes: n pictures of s x s pixels.
"""

from __future__ import annotations

import numpy as np

from headstart.features.pictures import picture_paths
from headstart.intake.pictures import header
from headstart.records import Table

_LOOKED_AT = 200
_FEWEST = 50
_GRID = 12
_KEPT_GAIN = 0.85


def shorter_side(table: Table, names: tuple[str, ...]) -> int:
    """The median of the shorter sides, in pixels; 0 where there is no picture.

    Raises:
        DataError: a picture cannot be read.
    """
    found = []
    for name in names:
        paths = [path for path in picture_paths(table, name) if path is not None]
        step = max(1, len(paths) // _LOOKED_AT)
        found += [header(path).shorter for path in paths[::step]]
    return int(np.median(found)) if found else 0


def may_be_mirrored(pixels: np.ndarray, labels: np.ndarray) -> bool:
    """Whether a mirrored picture still shows the same class, as far as its neighbours can tell.

    Each picture is labelled by the nearest of the others, as it is and mirrored. Letters and digits
    lose most of what neighbours know when they are mirrored; photographs lose next to nothing. What
    neighbours cannot tell at all is left as it is.

    Args:
        pixels: bytes (n, s, s, channels).
        labels: class indices (n,).

    Example:
        >>> arrows = np.zeros((60, 8, 8, 1), dtype=np.uint8)
        >>> arrows[:30, :, :4], arrows[30:, :, 4:] = 255, 255
        >>> may_be_mirrored(arrows, np.arange(60) // 30)
        False
    """
    if len(pixels) < _FEWEST:
        return False
    maps = _coarse(pixels)
    chance = float((np.bincount(labels) / len(labels)).max())
    plain = _agreement(maps, maps, labels) - chance
    mirrored = _agreement(maps[:, :, ::-1], maps, labels) - chance
    noise = 2 / np.sqrt(len(labels))
    return plain > noise and mirrored >= _KEPT_GAIN * plain


def _coarse(pixels: np.ndarray) -> np.ndarray:
    """Brightness on a coarse grid, float32 (n, g, g)."""
    bright = pixels.mean(axis=3, dtype=np.float32)
    side = bright.shape[1]
    edges = np.unique(np.linspace(0, side, min(_GRID, side) + 1).round().astype(int)[:-1])
    widths = np.diff([*edges.tolist(), side]).astype(np.float32)
    sums = np.add.reduceat(np.add.reduceat(bright, edges, axis=1), edges, axis=2)
    return np.asarray(sums / (widths[:, None] * widths[None, :]), dtype=np.float32)


def _agreement(asked: np.ndarray, known: np.ndarray, labels: np.ndarray) -> float:
    """How often the nearest other picture has the same label."""
    rows, columns = (each.reshape(len(each), -1) for each in (asked, known))
    distances = (columns**2).sum(axis=1)[None, :] - 2 * rows @ columns.T
    np.fill_diagonal(distances, np.inf)  # a picture is no neighbour of its own mirror image
    return float((labels[distances.argmin(axis=1)] == labels).mean())
