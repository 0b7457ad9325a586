"""A text column as a sparse matrix of weighted words, pairs of words and, if wanted, characters.

What a text is about shows in its rare words: each counts 1 + ln(its occurrences), times the
logarithm of how rare it is; a row has length 1.

Shapes: n rows, v terms of the vocabulary.
Reference: Manning, Raghavan & Schütze 2008, "Introduction to Information Retrieval", section 6.2;
scikit-learn's `TfidfVectorizer` does the work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

MOST_CHARACTERS = 20_000  # of one text: what comes later says little more
_MOST_TERMS = 200_000
# Words of one letter say something in many languages; scikit-learn leaves them out.
_WORD = r"(?u)\b\w+\b"


@dataclass(frozen=True, kw_only=True, eq=False)
class Terms:
    """One kind of terms of one text column.

    Attributes:
        kind: `words` (single ones and pairs) or `characters` (2 to 4, inside words).
        terms: the vocabulary, in the order of the columns, v of them.
        rareness: inverse document frequencies, float64 (v,).
    """

    kind: str
    terms: tuple[str, ...]
    rareness: np.ndarray

    def encode(self, texts: Sequence[str]) -> Any:
        """A sparse array in rows, float64, shape (n, v)."""
        if not len(texts):
            return np.zeros((0, len(self.terms)))
        return self._vectorizer.transform(texts)

    @cached_property
    def _vectorizer(self) -> Any:
        vectorizer = _vectorizer(self.kind, vocabulary=list(self.terms))
        vectorizer.idf_ = self.rareness
        return vectorizer


def learn_terms(kind: str, texts: Sequence[str]) -> Terms | None:
    """The terms of training texts; None where there is not one.

    Example:
        >>> learn_terms("words", ["red wine", "white wine"]).terms
        ('red', 'red wine', 'white', 'white wine', 'wine')
    """
    vectorizer = _vectorizer(kind, max_features=_MOST_TERMS)
    try:
        vectorizer.fit(texts)
    except ValueError:  # every text is empty: scikit-learn calls that an empty vocabulary
        return None
    terms = tuple(str(term) for term in vectorizer.get_feature_names_out())
    return Terms(kind=kind, terms=terms, rareness=np.asarray(vectorizer.idf_, dtype=np.float64))


def texts_of(values: pa.ChunkedArray) -> list[str]:
    """The texts, cut after `MOST_CHARACTERS`; a missing one is empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pc.fill_null(values.cast(pa.string()), "")
    return list(pc.utf8_slice_codeunits(texts, 0, MOST_CHARACTERS).to_pylist())


def _vectorizer(kind: str, **options: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    if kind == "words":
        return TfidfVectorizer(
            sublinear_tf=True, ngram_range=(1, 2), token_pattern=_WORD, **options
        )
    return TfidfVectorizer(sublinear_tf=True, ngram_range=(2, 4), analyzer="char_wb", **options)
