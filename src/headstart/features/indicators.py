"""The matrix of codes as a design matrix for linear models: scaled numbers and one-hot categories.

Shapes: n rows, d matrix columns of codes, p design columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_ROWS_AT_ONCE = 16_384


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Indicators:
    """Numbers with mean 0 and spread 1, indicators of missing ones, and one-hot categories.

    A missing number becomes the mean; a missing category has an indicator of its own.

    Attributes:
        means, spreads: of the matrix columns, shape (d,); a constant column has spread 1.
        gaps: places of number columns that have missing values in the training rows.
        sizes: number of codes per matrix column, 0 for numbers.
    """

    means: np.ndarray
    spreads: np.ndarray
    gaps: tuple[int, ...]
    sizes: tuple[int, ...]

    @property
    def width(self) -> int:
        """Number of design columns, p."""
        numbers = sum(size == 0 for size in self.sizes)
        return numbers + len(self.gaps) + sum(size + 1 for size in self.sizes if size)

    def design(self, matrix: np.ndarray) -> np.ndarray:
        """Float64, shape (n, p): numbers, then indicators of missing ones, then categories."""
        numbers = [place for place, size in enumerate(self.sizes) if not size]
        scaled = (matrix[:, numbers] - self.means[numbers]) / self.spreads[numbers]
        design = np.zeros((len(matrix), self.width))
        design[:, : len(numbers)] = np.where(np.isnan(scaled), 0.0, scaled)
        first = len(numbers) + len(self.gaps)
        design[:, len(numbers) : first] = np.isnan(matrix[:, list(self.gaps)])
        rows = np.arange(len(matrix))
        for place, size in enumerate(self.sizes):
            if size:
                codes = matrix[:, place]
                design[rows, first + np.where(np.isnan(codes), size, codes).astype(np.int64)] = 1.0
                first += size + 1
        return design

    def blocks(self, matrix: np.ndarray) -> Iterator[np.ndarray]:
        """The design matrix in blocks of rows, at least one, for tables beyond memory."""
        for first in range(0, max(len(matrix), 1), _ROWS_AT_ONCE):
            yield self.design(matrix[first : first + _ROWS_AT_ONCE])


def learn_indicators(matrix: np.ndarray, sizes: tuple[int, ...]) -> Indicators:
    """Learn means, spreads and gaps from the training rows.

    Args:
        matrix: codes, shape (n, d), NaN is missing.
        sizes: `Codes.cardinalities`.

    Example:
        >>> numbers = np.array([[1.0], [3.0], [np.nan]], dtype=np.float32)
        >>> learn_indicators(numbers, (0,)).design(numbers).tolist()
        [[-1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    missing = np.isnan(matrix)
    known = np.maximum((~missing).sum(axis=0), 1)
    filled = np.where(missing, 0.0, matrix).astype(np.float64)
    means = filled.sum(axis=0) / known
    spreads = np.sqrt((np.where(missing, 0.0, filled - means) ** 2).sum(axis=0) / known)
    # Rounding leaves a constant column with a spread that is tiny but not zero.
    constant = spreads <= 1e-6 * np.maximum(np.abs(means), 1e-30)
    gaps = tuple(place for place, size in enumerate(sizes) if not size and missing[:, place].any())
    return Indicators(
        means=means, spreads=np.where(constant, 1.0, spreads), gaps=gaps, sizes=tuple(sizes)
    )
