"""A column of vectors, such as embeddings of texts: each entry becomes a matrix column.

Shapes: n rows, d entries.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from headstart.errors import DataError
from headstart.records import Table

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """Vectors of one length."""

    name: str
    size: int

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.name}[{place}]" for place in range(self.size))

    def encode(self, values: pa.ChunkedArray) -> np.ndarray:
        """Float64, shape (n, d); a missing vector is NaN in each column.

        Raises:
            DataError: a vector of another length.
        """
        lengths = _lengths(values)
        there = lengths > 0
        if other := set(lengths[there].tolist()) - {self.size}:
            raise DataError(
                f"the vectors of column `{self.name}` have {min(other):,} entries in some rows; "
                f"the model learned from {self.size:,}.",
                "Make them in the same way as in training.",
            )
        matrix = np.full((len(lengths), self.size), np.nan)
        matrix[there] = _entries(values).reshape(-1, self.size) if there.any() else np.nan
        return matrix


def learn_vector(name: str, values: pa.ChunkedArray) -> Vector:
    """The length that most training rows have.

    Example:
        >>> import pyarrow as pa
        >>> learn_vector("v", pa.chunked_array([[[1.0, 2.0], None]])).names
        ('v[0]', 'v[1]')
    """
    lengths = _lengths(values)
    return Vector(name=name, size=int(np.bincount(lengths[lengths > 0], minlength=1).argmax()))


def with_vectors(
    table: Table, name: str, vectors: np.ndarray, there: np.ndarray | None = None
) -> Table:
    """The table with vectors (n, d) in the place of a column.

    Args:
        there: which rows have one, (n,); None where all have. The others are missing.
    """
    import pyarrow as pa

    flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float32).ravel())
    gone = None if there is None or there.all() else pa.array(~there)
    column = pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1], mask=gone)
    place = table.arrow.column_names.index(name)
    columns = tuple(
        replace(each, modality="vector") if each.name == name else each for each in table.columns
    )
    return replace(table, arrow=table.arrow.set_column(place, name, column), columns=columns)


def _lengths(values: pa.ChunkedArray) -> np.ndarray:
    """Entries of each row, int64 (n,); 0 for a missing vector."""
    import pyarrow.compute as pc

    return np.asarray(pc.fill_null(pc.list_value_length(values), 0).to_numpy(), dtype=np.int64)


def _entries(values: pa.ChunkedArray) -> np.ndarray:
    """The entries of all rows that have some, one row after the other."""
    import pyarrow as pa
    import pyarrow.compute as pc

    entries = pc.list_flatten(values.filter(pc.is_valid(values)))
    return np.asarray(entries.cast(pa.float64()).to_numpy(), dtype=np.float64)
