"""A text column as a few counts and its frequent words: a bag small enough for trees.

For texts that carry the signal this is a floor; encoders do better.

Shapes: n rows, k words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

COUNTS = ("characters", "words", "digits", "capitals", "marks")
MOST_WORDS = 60
_FEWEST_ROWS = 5
_SMALLEST_SHARE, _LARGEST_SHARE = 0.005, 0.6
_BETWEEN_WORDS = r"[^\p{L}\p{N}']+"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFacts:
    """Five counts, then how often each of `words` occurs."""

    name: str
    words: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.name} ({count})" for count in COUNTS) + tuple(
            f"{self.name} = {word}" for word in self.words
        )

    def encode(self, values: pa.ChunkedArray) -> np.ndarray:
        """Float64, shape (n, 5 + k); a missing text is NaN in each column."""
        import pyarrow.compute as pc

        texts = _texts(values)
        rows, words = _words(texts)
        matrix = np.zeros((len(texts), len(self.names)))
        matrix[:, : len(COUNTS)] = _counts(texts, rows)
        if self.words:
            matrix[:, len(COUNTS) :] = self._occurrences(rows, words, len(texts))
        matrix[pc.is_null(texts).to_numpy(zero_copy_only=False)] = np.nan
        return matrix

    def _occurrences(self, rows: np.ndarray, words: pa.Array, number: int) -> np.ndarray:
        import pyarrow as pa
        import pyarrow.compute as pc

        vocabulary = pa.array(self.words, pa.string())
        places = pc.fill_null(pc.index_in(words, value_set=vocabulary), -1).to_numpy()
        cells = rows[places >= 0] * len(self.words) + places[places >= 0]
        counts = np.bincount(cells, minlength=number * len(self.words))
        return counts.reshape(number, len(self.words))


def learn_text(name: str, values: pa.ChunkedArray) -> TextFacts:
    """Keep the words that occur in the most training rows, though not in nearly all of them."""
    import pyarrow.compute as pc

    texts = _texts(values)
    rows, words = _words(texts)
    encoded = words.dictionary_encode()
    vocabulary, codes = encoded.dictionary, encoded.indices.to_numpy().astype(np.int64)
    once_a_row = np.unique(rows * max(len(vocabulary), 1) + codes) % max(len(vocabulary), 1)
    shares = np.bincount(once_a_row, minlength=len(vocabulary))
    least = max(_FEWEST_ROWS, _SMALLEST_SHARE * len(texts))
    usable = np.flatnonzero((shares >= least) & (shares <= _LARGEST_SHARE * len(texts)))
    by_text = usable[np.asarray(pc.sort_indices(vocabulary.take(usable)), dtype=np.int64)]
    order = by_text[np.argsort(-shares[by_text], kind="stable")][:MOST_WORDS]
    return TextFacts(name=name, words=tuple(vocabulary.take(order).to_pylist()))


def words_of(values: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """All words of a text column in lower case, each with the number of its row."""
    return _words(_texts(values))


def _texts(values: pa.ChunkedArray) -> pa.Array:
    import pyarrow as pa

    return values.cast(pa.large_string()).combine_chunks()


def _words(texts: pa.Array) -> tuple[np.ndarray, pa.Array]:
    """All words in lower case, each with the number of its row."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lists = pc.split_pattern_regex(pc.utf8_lower(pc.fill_null(texts, "")), _BETWEEN_WORDS)
    words = pc.list_flatten(lists).cast(pa.string())
    rows = pc.list_parent_indices(lists).to_numpy().astype(np.int64)
    filled = pc.not_equal(words, "")
    return rows[filled.to_numpy(zero_copy_only=False)], words.filter(filled)


def _counts(texts: pa.Array, rows: np.ndarray) -> np.ndarray:
    import pyarrow.compute as pc

    filled = pc.fill_null(texts, "")
    columns = [
        pc.utf8_length(filled).to_numpy(),
        np.bincount(rows, minlength=len(texts)),
        pc.count_substring_regex(filled, r"\p{N}").to_numpy(),
        pc.count_substring_regex(filled, r"\p{Lu}").to_numpy(),
        pc.count_substring_regex(filled, r"[!?.,;:]").to_numpy(),
    ]
    return np.stack(columns, axis=1).astype(np.float64)
