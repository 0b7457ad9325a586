"""Another vocabulary: vectors are kept by token, not by number.

A token that the source has keeps its vector. A new one gets the mean of the pieces into which the
source's tokenizer cuts it, and one without known pieces the mean of all vectors.

Shapes: v tokens of the source, w tokens wanted, d entries.
References: the `subword/uniform` choice of NeMo's vocabulary surgery.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

Rows = list[tuple[int, ...]]
"""For each wanted token the source's rows whose mean it gets; none: the mean of all."""


def rows_by_token(
    old: Mapping[str, int], new: Mapping[str, int], cut: Callable[[str], Sequence[int]]
) -> Rows:
    """Where the vector of each new token comes from.

    Args:
        old, new: token -> its number.
        cut: a text -> the numbers of the source's pieces, without special ones.

    Example:
        >>> rows_by_token({"a": 0, "##b": 1}, {"ab": 0, "a": 1}, lambda text: [0, 1])
        [(0, 1), (0,)]
    """
    rows: Rows = [() for _ in range(max(new.values(), default=-1) + 1)]
    for token, place in new.items():
        if token in old:
            rows[place] = (old[token],)
        else:
            rows[place] = tuple(cut(_text(token)))
    return rows


def vocabulary(vectors: Tensor, *, rows: Sequence[Sequence[int]], to: int) -> Tensor:
    """(w, ...) from (v, ...); places after the last token are padding and get the mean."""
    mean = vectors.float().mean(dim=0).to(vectors.dtype)
    made = mean.expand(to, *vectors.shape[1:]).clone()
    last = vectors.shape[0]
    for place, pieces in enumerate(rows[:to]):
        known = [piece for piece in pieces if 0 <= piece < last]
        if known:
            made[place] = vectors[known].float().mean(dim=0).to(vectors.dtype)
    return made


def first_rows(vectors: Tensor, *, to: int) -> Tensor:
    """(w, ...) from (v, ...) by number: for a vocabulary that others were added to at its end."""
    kept = min(to, vectors.shape[0])
    return vocabulary(vectors, rows=[(place,) for place in range(kept)], to=to)


def _text(token: str) -> str:
    """What a token stands for, without the marks of word pieces.

    Example:
        >>> _text("##ing"), _text("\u0120the"), _text("\u2581of")
        ('ing', ' the', ' of')
    """
    return token.removeprefix("##").replace("\u0120", " ").replace("\u2581", " ")
