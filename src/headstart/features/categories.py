"""A column of categories as codes: 0 is the bucket of unknown values, the most frequent is 1.

Shapes: n rows.
References: Pargent et al. 2022, "Regularized target encoding outperforms ...", section 2,
`frequency`, for the second matrix column of a folded one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

MOST_CATEGORIES = 254
_MOST_COUNTED = 100_000
_FEWEST_ROWS = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Category:
    """Codes of the first `known` values; `counts` of all `values` where there are more."""

    name: str
    known: int
    values: pa.StringArray
    counts: np.ndarray

    @property
    def is_folded(self) -> bool:
        """Whether there are more values than codes, so that a second column tells how frequent."""
        return len(self.values) > self.known

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name} (frequency)") if self.is_folded else (self.name,)

    def encode(self, values: pa.ChunkedArray) -> np.ndarray:
        """Float64, shape (n, 1), or (n, 2) for a folded column."""
        import pyarrow.compute as pc

        texts = _texts(values)
        places = pc.fill_null(pc.index_in(texts, value_set=self.values), -1).to_numpy()
        codes = np.where(places < self.known, places + 1, 0)
        rows = [codes]
        if self.is_folded:
            rows.append(np.log1p(np.where(places < 0, 0, self.counts[places])))
        matrix = np.stack(rows, axis=1).astype(np.float64)
        if texts.null_count:
            matrix[pc.is_null(texts).to_numpy(zero_copy_only=False)] = np.nan
        return matrix


def learn_category(name: str, values: pa.ChunkedArray, most: int = MOST_CATEGORIES) -> Category:
    """The values that occur twice or more, the most frequent first.

    Args:
        most: values that get a code of their own.

    Example:
        >>> import pyarrow as pa
        >>> learn_category("c", pa.chunked_array([["b", "a", "b", "a", "b", "c"]])).values.tolist()
        ['b', 'a']
    """
    import pyarrow.compute as pc

    texts = _texts(values)
    counted = pc.value_counts(texts.filter(pc.is_valid(texts)))
    counts = counted.field("counts").to_numpy()
    found = counted.field("values").filter(_mask(counts >= _FEWEST_ROWS))
    counts = counts[counts >= _FEWEST_ROWS]
    # Ties in the order of the text, so that the order of the rows changes no code.
    by_text = np.asarray(pc.sort_indices(found))
    order = by_text[np.argsort(-counts[by_text], kind="stable")][:_MOST_COUNTED]
    known = min(len(order), most)
    kept = order if len(order) > most else order[:known]
    return Category(name=name, known=known, values=found.take(kept), counts=counts[kept])


def _mask(truth: np.ndarray) -> pa.BooleanArray:
    import pyarrow as pa

    return pa.array(truth)


def _texts(values: pa.ChunkedArray) -> pa.StringArray:
    """Values of any Arrow type as one array of strings; 1.0 is written 1."""
    import pyarrow as pa

    if pa.types.is_floating(values.type):
        whole = values.cast(pa.int64(), safe=False)
        if whole.cast(values.type, safe=False).equals(values):
            values = whole
    texts = values.cast(pa.string()).combine_chunks()
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
