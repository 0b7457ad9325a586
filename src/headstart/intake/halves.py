"""Texts with half of a sign in them: a lone surrogate, which no file and no Arrow column can hold.

They come from JSON that was cut between the two escapes of an emoji, and from frames made of such.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def without_halves(text: str) -> str:
    r"""The text with U+FFFD in the place of each half of a sign; halves that belong are joined.

    Example:
        >>> without_halves("cut \ud83d") == "cut \ufffd", without_halves("whole")
        (True, 'whole')
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def array_of(values: Sequence[Any], kind: pa.DataType | None = None) -> pa.Array:
    """An Arrow array of Python values, halves of signs replaced; NaN among objects is missing."""
    import pyarrow as pa

    try:
        return pa.array(values, kind, from_pandas=True)
    except UnicodeEncodeError:
        whole = [without_halves(each) if isinstance(each, str) else each for each in values]
        return pa.array(whole, kind, from_pandas=True)
