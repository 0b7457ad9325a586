"""What networks need on top of codes: numbers of one size, flags, and codes without gaps.

- Numbers are put on one scale, and outliers bent in. `robust`: less the median, divided by the
  distance of the quartiles, then x / sqrt(1 + (x / 3)^2), which never leaves (-3, 3). `normal`: the
  quantile of the value, as a standard normal number; it forgets distances. A missing number
  becomes 0, the middle.
- A category with few values becomes flags, one for each known value; unknown and missing are all
  zeros. One with more values keeps its codes for an embedding: 0 is unknown, the last is missing.
- A column that missed values in the training rows has a flag that says so.

Shapes: n rows, d numbers, f flags, c categories.
Reference: Holzmüller et al. 2024, "Better by Default", section 3 (robust scale, smooth clip).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from headstart.features.codes import Codes, learn_codes, load_codes
from headstart.records import Table
from headstart.storage.folders import write_file

Scaling = Literal["robust", "normal"]
_BOUND = 3.0
_QUANTILES = 500
_ROWS_PER_QUANTILE = 30
_LEAST_CHANCE = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inputs:
    """Rows as a network takes them: float32 (n, d), float32 (n, f), int64 (n, c)."""

    numbers: np.ndarray
    flags: np.ndarray
    codes: np.ndarray

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scaled:
    """How the columns of a table become `Inputs`.

    Attributes:
        codes: how they become one matrix first.
        scaling: what is done to numbers.
        anchors: float64 (q, d): quantiles 0 to 1 of the numbers in the training rows, evenly apart.
        flagged: places in the matrix of the columns that missed values.
        most_flags: a category with at most so many known values becomes flags.
    """

    codes: Codes
    scaling: Scaling
    anchors: np.ndarray
    flagged: tuple[int, ...]
    most_flags: int

    @property
    def numbers(self) -> tuple[int, ...]:
        """Places of the numbers in the matrix of codes."""
        return tuple(place for place, size in enumerate(self.codes.cardinalities) if not size)

    @property
    def small(self) -> tuple[int, ...]:
        """Places of the categories that become flags."""
        return tuple(
            place
            for place, size in enumerate(self.codes.cardinalities)
            if 0 < size <= self.most_flags + 1
        )

    @property
    def large(self) -> tuple[int, ...]:
        """Places of the categories that keep their codes."""
        return tuple(
            place
            for place, size in enumerate(self.codes.cardinalities)
            if size > self.most_flags + 1
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """Codes of each large category, the missing one included."""
        return tuple(self.codes.cardinalities[place] + 1 for place in self.large)

    @property
    def flags(self) -> int:
        """Number of flags."""
        known = sum(self.codes.cardinalities[place] - 1 for place in self.small)
        return known + len(self.flagged)

    def inputs(self, table: Table) -> Inputs:
        """The table's rows, in their order."""
        return self.encode(self.codes.matrix(table))

    def encode(self, matrix: np.ndarray) -> Inputs:
        """The rows of a matrix of codes."""
        return Inputs(
            numbers=self._scale(matrix[:, list(self.numbers)]),
            flags=self._flags(matrix),
            codes=self._codes(matrix),
        )

    def edges(self, pieces: int) -> np.ndarray:
        """Scaled quantiles of the numbers, float32 (d, at most pieces + 1), ascending.

        Evenly among the quantiles that differ: where most rows share a value (a gain that is
        mostly 0), the others still get pieces of their own. The last edge repeats where a column
        has fewer.
        """
        scaled = self._scale(self.anchors)
        edges = np.zeros((scaled.shape[1], min(pieces + 1, len(scaled))), dtype=np.float32)
        for row, column in zip(edges, scaled.T, strict=True):
            distinct = np.unique(column)
            count = min(len(row), len(distinct))
            row[:] = distinct[-1]
            row[:count] = distinct[np.linspace(0, len(distinct) - 1, count).round().astype(int)]
        return edges

    def save(self, folder: Path) -> None:
        """Write `scaled.json`, `scaled.safetensors` and the files of the codes."""
        from safetensors.numpy import save_file

        self.codes.save(folder)
        document = {
            "scaling": self.scaling,
            "flagged": self.flagged,
            "most_flags": self.most_flags,
        }
        write_file(folder / "scaled.json", json.dumps(document))
        save_file({"anchors": self.anchors}, folder / "scaled.safetensors")

    def _scale(self, numbers: np.ndarray) -> np.ndarray:
        scale = _robust if self.scaling == "robust" else _normal
        scaled = scale(numbers.astype(np.float64), self.anchors)
        return np.nan_to_num(scaled, copy=False, nan=0.0).astype(np.float32)

    def _flags(self, matrix: np.ndarray) -> np.ndarray:
        blocks = [np.isnan(matrix[:, list(self.flagged)])]
        for place in self.small:
            known = np.arange(1, self.codes.cardinalities[place])
            blocks.append(matrix[:, place, None] == known)
        return np.concatenate(blocks, axis=1).astype(np.float32)

    def _codes(self, matrix: np.ndarray) -> np.ndarray:
        codes = matrix[:, list(self.large)]
        missing = np.array(self.sizes, dtype=np.float32) - 1
        return np.where(np.isnan(codes), missing, codes).astype(np.int64)


def learn_scaled(table: Table, *, scaling: Scaling = "robust", most_flags: int = 9) -> Scaled:
    """Learn scales and flags from training rows.

    Example:
        >>> import pyarrow as pa
        >>> from headstart.records import Column
        >>> ages = pa.table({"age": [20.0, 30.0, 40.0, None]})
        >>> rows = Table(
        ...     columns=(Column(name="age", modality="number"),), arrow=ages, row_ids=np.arange(4))
        >>> learn_scaled(rows).inputs(rows).numbers[:, 0].astype(float).round(2).tolist()
        [-0.95, 0.0, 0.95, 0.0]
    """
    codes = learn_codes(table)
    matrix = codes.matrix(table)
    places = [place for place, size in enumerate(codes.cardinalities) if not size]
    return Scaled(
        codes=codes,
        scaling=scaling,
        anchors=_quantiles(matrix[:, places].astype(np.float64)),
        flagged=tuple(np.flatnonzero(np.isnan(matrix).any(axis=0)).tolist()),
        most_flags=most_flags,
    )


def load_scaled(folder: Path) -> Scaled:
    """What `Scaled.save` wrote."""
    from safetensors.numpy import load_file

    stored = json.loads((folder / "scaled.json").read_text())
    return Scaled(
        codes=load_codes(folder),
        scaling=stored["scaling"],
        anchors=load_file(folder / "scaled.safetensors")["anchors"],
        flagged=tuple(stored["flagged"]),
        most_flags=stored["most_flags"],
    )


def _quantiles(numbers: np.ndarray) -> np.ndarray:
    """Quantiles of each column, missing values left out; zeros where a column has none."""
    count = max(5, min(_QUANTILES, len(numbers) // _ROWS_PER_QUANTILE) // 4 * 4 + 1)
    shares = np.linspace(0.0, 1.0, count)  # of the form 4 m + 1, so the quartiles are among them
    anchors = np.zeros((count, numbers.shape[1]))
    for place, column in enumerate(numbers.T):
        found = column[~np.isnan(column)]
        if len(found):
            anchors[:, place] = np.quantile(found, shares)
    return anchors


def _robust(numbers: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """Less the median, divided by the quartiles' distance, outliers bent in smoothly.

    Where the quartiles are equal, half the range takes their place; a constant becomes 0.
    """
    quarter = len(anchors) // 4
    distance = anchors[3 * quarter] - anchors[quarter]
    distance = np.where(distance > 0, distance, (anchors[-1] - anchors[0]) / 2)
    factor = np.divide(1.0, distance, out=np.zeros_like(distance), where=distance > 0)
    scaled = (numbers - anchors[2 * quarter]) * factor
    return np.asarray(scaled / np.sqrt(1 + (scaled / _BOUND) ** 2))


def _normal(numbers: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """The standard normal number at the quantile of each value.

    A value that many rows share stands at the middle of its quantiles, so both directions count.
    """
    from scipy.special import ndtri

    shares = np.linspace(0.0, 1.0, len(anchors))
    scaled = np.full(numbers.shape, np.nan)
    for place, (column, marks) in enumerate(zip(numbers.T, anchors.T, strict=True)):
        upward = np.interp(column, marks, shares)
        downward = 1 - np.interp(-column, -marks[::-1], shares)
        chance = np.clip((upward + downward) / 2, _LEAST_CHANCE, 1 - _LEAST_CHANCE)
        if marks[-1] > marks[0]:
            scaled[:, place] = ndtri(chance)
    return scaled
