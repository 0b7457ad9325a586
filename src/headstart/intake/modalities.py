"""What the values of a column are: numbers, categories, texts, paths, times, vectors, identifiers.

Texts are judged by a sample of their values; that something is an identifier is checked on all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headstart.records.data import Modality

if TYPE_CHECKING:
    import pyarrow as pa

IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
AUDIO_ENDINGS = (".wav", ".flac", ".ogg", ".mp3", ".opus")

_MEDIA: tuple[tuple[Modality, tuple[str, ...]], ...] = (
    ("image", IMAGE_ENDINGS),
    ("audio", AUDIO_ENDINGS),
)
_SAMPLE = 5_000
_FEWEST_IDENTIFIERS = 20  # fewer different words may well be categories
_FEWEST_TITLES = 10
_ID_WORD = re.compile(r"(^|[_\W])(id|uid|uuid|guid|key|index|row|nr|no)$|^unnamed", re.IGNORECASE)
_ID_ENDING = re.compile(r"[a-z](Id|ID|Key)$")  # customerId, but not paid


def modality(name: str, values: pa.ChunkedArray) -> Modality:
    """The modality of one column of a table.

    Numbers stay numbers however few different ones there are: a count or a flag loses nothing by
    it, and a code that should be a category can be declared as one.

    Example:
        >>> import pyarrow as pa
        >>> modality("colour", pa.chunked_array([["red", "green", "red"]]))
        'category'
    """
    import pyarrow.types as types

    if types.is_timestamp(values.type):
        return "time"
    if types.is_list(values.type):
        return "vector"
    if types.is_integer(values.type):
        return "identifier" if _counts_rows(name, values) else "number"
    if not types.is_string(values.type):
        return "number"
    return _of_texts(values)


def _of_texts(values: pa.ChunkedArray) -> Modality:
    sample = _sample(values)
    if not sample:
        return "category"
    for kind, endings in _MEDIA:
        if all(text.lower().endswith(endings) for text in sample):
            return kind
    return _of_words(values, sample)


def words_modality(values: pa.ChunkedArray) -> Modality:
    """The modality of texts that are no paths, whatever they end with."""
    sample = _sample(values)
    return _of_words(values, sample) if sample else "category"


def _of_words(values: pa.ChunkedArray, sample: list[str]) -> Modality:
    distinct = len(set(sample))
    if _is_prose(sample, distinct):
        return "text"
    may_identify = distinct == len(sample) >= _FEWEST_IDENTIFIERS
    if may_identify and not any(" " in text for text in sample) and _all_differ(values):
        return "identifier"
    return "category"


def _is_prose(sample: list[str], distinct: int) -> bool:
    """Sentences, long texts that hardly ever repeat, or titles that hardly ever do."""
    words = sorted(text.count(" ") + 1 for text in sample)[len(sample) // 2]
    letters = sorted(map(len, sample))[len(sample) // 2]
    if words >= 4 and distinct >= min(10, len(sample)) and distinct > 0.1 * len(sample):
        return True
    if distinct <= 0.5 * len(sample):
        return False
    return (letters >= 30 and words >= 2) or (words >= 3 and _are_titles(sample, distinct))


def _are_titles(sample: list[str], distinct: int) -> bool:
    """Whether most begin with a capital and go on in small words, as names of people do not.

    Example:
        >>> titles = [f"Fits very well {size}" for size in "abcdefghij"]
        >>> _are_titles(titles, 10), _are_titles(["Ludwig van Beethoven"] * 10, 10)
        (True, False)
    """
    if distinct < _FEWEST_TITLES:
        return False
    return sum(map(_goes_on_small, sample)) > 0.5 * len(sample)


def _goes_on_small(text: str) -> bool:
    first, *rest = text.split() or [""]
    small = sum(word[0].islower() for word in rest)
    return first[:1].isupper() and small > len(rest) / 2


def _sample(values: pa.ChunkedArray) -> list[str]:
    """Values from the whole length of the column, missing ones left out."""
    step = max(1, len(values) // _SAMPLE)
    if step == 1:
        chosen = values
    else:
        import numpy as np

        chosen = values.take(np.arange(0, len(values), step))
    return [text for text in chosen.to_pylist() if text is not None]


def _counts_rows(name: str, values: pa.ChunkedArray) -> bool:
    """Whether integers only tell rows apart: all different, and named so or counting the rows."""
    if values.null_count or len(values) < _FEWEST_IDENTIFIERS:
        return False
    if _is_running(values[:_SAMPLE]) and _is_running(values):
        return True
    named_so = _ID_WORD.search(name) or _ID_ENDING.search(name)
    return bool(named_so) and _all_differ(values)


def _is_running(values: pa.ChunkedArray) -> bool:
    numbers = values.to_numpy()
    return bool((numbers[1:] - numbers[:-1] == 1).all())


def _all_differ(values: pa.ChunkedArray) -> bool:
    import pyarrow.compute as pc

    return int(pc.count_distinct(values).as_py()) == len(values) - values.null_count
