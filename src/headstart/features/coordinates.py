"""Rows as points of one space, whatever their columns hold, so that nearness can be measured.

Nothing here knows the target or the model. Each input column becomes a block of coordinates whose
usual squared distance between two rows is about 1 to 4, so that no column drowns the others:

- number: its value in units of its spread, at most 20 of them, and whether it is missing;
- category: one of 32 places by the checksum of the value, and whether it is missing;
- text: which words it has, in 64 places by their checksums, and how long it is;
- vector (such as of a frozen encoder): its direction;
- image: its brightness on a grid of 8 x 8, and its colours.

Times are left out, because new rows are later by nature; so are identifiers, audio and series.

Shapes: n rows, k coordinates, w words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from headstart.features.pictures import picture_paths
from headstart.features.text_facts import words_of
from headstart.features.vectors import learn_vector
from headstart.records import Column, Table
from headstart.records.data import Modality

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 256
_PLACES, _WORD_PLACES, _GRID = 32, 64, 8
_FARTHEST = 20.0
_OF_MISSING, _OF_MEDIA = 1.5, 2.0
_SMALLEST_PICTURE = 32
_AT_ONCE = 64


def block_of(table: Table, column: Column, cores: int = 1) -> np.ndarray:
    """A column's coordinates before they are scaled, float64, shape (n, k); NaN is missing.

    Raises:
        DataError: a picture cannot be read, or vectors are of several lengths.
    """
    return _BLOCKS[column.modality](table, column.name, cores)


def is_measured(column: Column) -> bool:
    """Whether a column says how near rows are."""
    return column.role == "input" and column.modality in _BLOCKS


def scales(block: np.ndarray, modality: Modality) -> tuple[np.ndarray, np.ndarray]:
    """What to take away from a block and divide it by, each (k,).

    Numbers are put in units of the spread of the middle 98 %, so that an outlier does not make
    everything near; the other blocks are in their own units already.
    """
    if modality != "number":
        return np.zeros(block.shape[1]), np.ones(block.shape[1])
    there = block[np.isfinite(block[:, 0]), 0]
    if not len(there):
        return np.zeros(1), np.ones(1)
    usual = np.clip(there, *np.quantile(there, [0.01, 0.99]))
    spread = float(usual.std()) or float(there.std()) or abs(float(there[0])) * 0.1 or 1.0
    return np.array([float(np.median(there))]), np.array([spread])


def placed(block: np.ndarray, shift: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Scaled coordinates with one more for "is missing", float32, shape (n, k + 1)."""
    with np.errstate(over="ignore"):
        scaled = np.clip((block - shift) / scale, -_FARTHEST, _FARTHEST)
    gone = np.isnan(scaled).any(axis=1)
    scaled[gone] = 0.0
    return np.column_stack([scaled, _OF_MISSING * gone]).astype(np.float32)


def folded(points: np.ndarray) -> np.ndarray:
    """At most 256 coordinates: more are added up in fixed places with fixed signs.

    Distances are kept on average (Charikar et al. 2002, "Finding Frequent Items in Data Streams").
    """
    if points.shape[1] <= MOST:
        return points
    marks = np.array([crc32(str(each).encode()) for each in range(points.shape[1])])
    folds = np.zeros((points.shape[1], MOST), dtype=np.float32)
    folds[np.arange(len(marks)), marks % MOST] = np.where(marks >> 16 & 1, 1.0, -1.0)
    return np.asarray(points @ folds, dtype=np.float32)


def marks_of(values: list[str | None]) -> np.ndarray:
    """A checksum of each value, uint32, shape (n,); 0 for a missing one."""
    return np.array([0 if v is None else crc32(v.encode()) for v in values], dtype=np.uint32)


def category_marks(table: Table, name: str) -> np.ndarray:
    """The checksum of each row's category, uint32, shape (n,); 0 where it is missing."""
    encoded = _strings(table, name).combine_chunks().dictionary_encode()
    marks = np.append(marks_of(encoded.dictionary.to_pylist()), np.uint32(0))
    return marks[np.asarray(encoded.indices.fill_null(len(marks) - 1).to_numpy())]


def category_of(table: Table, name: str, row: int) -> str:
    """A row's category as it is written."""
    return str(_strings(table.take([row]), name)[0].as_py())


def _strings(table: Table, name: str) -> pa.ChunkedArray:
    """Categories as strings; a whole number is written without a point."""
    import pyarrow as pa

    values = table.arrow.column(name)
    if pa.types.is_floating(values.type):
        whole = values.cast(pa.int64(), safe=False)
        values = whole if whole.cast(values.type, safe=False).equals(values) else values
    return values.cast(pa.string())


def word_marks(table: Table, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Row and checksum of every word of a text column, each (w,)."""
    rows, words = words_of(table.arrow.column(name))
    encoded = words.dictionary_encode()
    marks = marks_of(encoded.dictionary.to_pylist())
    codes = np.asarray(encoded.indices.to_numpy(), dtype=np.int64)
    return rows, marks[codes] if len(marks) else np.zeros(0, dtype=np.uint32)


def _number(table: Table, name: str, cores: int) -> np.ndarray:
    import pyarrow as pa

    values = table.arrow.column(name).cast(pa.float64(), safe=False)
    numbers = np.array(values.to_numpy(), dtype=np.float64)
    numbers[np.isinf(numbers)] = np.sign(numbers[np.isinf(numbers)]) * 1e300
    return numbers[:, None]


def _category(table: Table, name: str, cores: int) -> np.ndarray:
    marks = category_marks(table, name)
    block = np.zeros((len(table), _PLACES))
    block[np.arange(len(table)), marks % _PLACES] = 0.5**0.5  # two values are 1 apart
    block[marks == 0] = np.nan
    return block


def _text(table: Table, name: str, cores: int) -> np.ndarray:
    rows, marks = word_marks(table, name)
    cells = rows * _WORD_PLACES + marks % _WORD_PLACES
    signs = np.where(marks >> 16 & 1, 1.0, -1.0)
    sums = np.bincount(cells, signs, minlength=len(table) * _WORD_PLACES)
    words = np.bincount(rows, minlength=len(table))
    block = np.column_stack([_directions(sums.reshape(len(table), -1)), np.log1p(words)])
    block[words == 0] = np.nan
    return block


def _vector(table: Table, name: str, cores: int) -> np.ndarray:
    values = table.arrow.column(name)
    return _directions(learn_vector(name, values).encode(values))


def _image(table: Table, name: str, cores: int) -> np.ndarray:
    paths = picture_paths(table, name)
    block = np.full((len(paths), _GRID**2 + 6), np.nan)
    there = [place for place, path in enumerate(paths) if path is not None]
    with ThreadPoolExecutor(cores) as pool:
        for place, sight in zip(
            there, pool.map(_sight, [paths[place] for place in there]), strict=True
        ):
            block[place] = sight
    return block


def _sight(path: Path) -> np.ndarray:
    """Brightness on a grid, as a direction, and mean and spread of each colour, (70,)."""
    from headstart.intake.pictures import decode

    pixels = decode(path, _SMALLEST_PICTURE).astype(np.float64) / 255
    grid = np.array(
        [
            [part.mean() for part in np.array_split(band, min(_GRID, band.shape[1]), axis=1)]
            for band in np.array_split(pixels.mean(axis=2), min(_GRID, len(pixels)))
        ]
    )
    whole = np.zeros((_GRID, _GRID))
    whole[: grid.shape[0], : grid.shape[1]] = grid - grid.mean()
    colours = np.concatenate([pixels.mean(axis=(0, 1)), pixels.std(axis=(0, 1))])
    return np.concatenate([_directions(whole.reshape(1, -1))[0], 4 * colours])


def _directions(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return _OF_MEDIA * np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths != 0)


_BLOCKS: Mapping[str, Callable[[Table, str, int], np.ndarray]] = MappingProxyType(
    {
        "number": _number,
        "category": _category,
        "text": _text,
        "vector": _vector,
        "image": _image,
    }
)
