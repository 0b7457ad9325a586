"""A new head: rows are kept where labels coincide, the others begin at nothing.

A head that begins at zero says the same of every row, so the first loss is ln(classes), or less
where the bias is what is known of the classes' shares.

Shapes: c labels of the source, n labels wanted, d inputs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def rows_by_label(old: Sequence[str], new: Sequence[str]) -> list[int]:
    """For each new label the source's row of the same name, -1 where there is none.

    Letters' case and the signs between words do not count.

    Example:
        >>> rows_by_label(["NEGATIVE", "tabby_cat"], ["tabby cat", "dog", "Negative"])
        [1, -1, 0]
    """
    places = {_plain(label): place for place, label in reversed(list(enumerate(old)))}
    return [places.get(_plain(label), -1) for label in new]


def head(rows_of: Tensor, *, rows: Sequence[int]) -> Tensor:
    """(n, ...) from (c, ...): row i is the source's `rows[i]`, or zero for -1."""
    kept = rows_of.new_zeros((len(rows), *rows_of.shape[1:]))
    for place, row in enumerate(rows):
        if row >= 0:
            kept[place] = rows_of[row]
    return kept


def log_priors(shares: Sequence[float]) -> list[float]:
    """The bias with which a head without weights answers by the classes' shares.

    Example:
        >>> [round(each, 3) for each in log_priors([3, 1])]
        [-0.288, -1.386]
    """
    whole = sum(shares)
    return [math.log(max(share / whole, 1e-12)) for share in shares]


def _plain(label: str) -> str:
    return "".join(letter for letter in label.casefold() if letter.isalnum())
