"""Names of classes, beside a checkpoint's labels and beside texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORDLESS = frozenset(
    (
        *("yes", "no", "true", "false", "other", "others", "none", "unknown", "na", "nan"),
        *("class", "label", "category", "type", "misc", "rest", "group", "target"),
    )
)


def places_of(classes: Sequence[str], labels: Sequence[str]) -> tuple[int, ...]:
    """The label that means each class, by name; empty where one of them is missing.

    Example:
        >>> places_of(("negative", "Positive"), ("NEGATIVE", "NEUTRAL", "POSITIVE"))
        (0, 2)
    """
    known = {_plain(label): place for place, label in enumerate(labels)}
    places = tuple(known[_plain(name)] for name in classes if _plain(name) in known)
    return places if len(set(places)) == len(classes) else ()


def is_same(name: str, other: str) -> bool:
    """Whether two names differ in case, spaces and dashes alone.

    Example:
        >>> is_same("Very_Good ", "very good")
        True
    """
    return _plain(name) == _plain(other)


def as_words(name: str) -> str:
    """
    Example:
        >>> as_words("home_and_garden ")
        'home and garden'
    """
    return re.sub(r"[_\s]+", " ", name).strip()


def says_nothing(name: str) -> bool:
    """Whether a name has no meaning that a text could be compared with.

    Example:
        >>> [says_nothing(name) for name in ("3", "A", "Yes", "class 2", "sports")]
        [True, True, True, True, False]
    """
    words = [word for word in re.split(r"[\W_\d]+", name.casefold()) if len(word) > 1]
    if not words:
        # Scripts without spaces may say a whole word in one sign.
        return not any(letter.isalpha() and ord(letter) > 0x2E80 for letter in name)
    return all(word in _WORDLESS for word in words)


def _plain(name: str) -> str:
    """
    Example:
        >>> _plain("Very_Good "), _plain("very good")
        ('verygood', 'verygood')
    """
    return re.sub(r"[\s_-]+", "", name).casefold()
