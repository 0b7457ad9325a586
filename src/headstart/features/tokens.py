"""Text columns as tokens: what networks that read in order take in.

Two text columns are a pair, as question and answer: the tokenizer joins them in its own way and
marks which is which. Of one column, or of more than two, one text is made. A missing text is empty;
what is too long is cut, of a pair the longer text first.

Shapes: n rows, t tokens of the longest text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.errors import WeightsError
from headstart.processes.libraries import need
from headstart.records import Table
from headstart.storage.folders import write_file

if TYPE_CHECKING:
    import pyarrow as pa

_CHARACTERS_PER_TOKEN = 40  # more than a word of a vocabulary has; the rest is cut unread
_ROWS_AT_ONCE = 1_000
_JOINED_BY = " \n "


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoded:
    """Rows as tokens: int32 (n, t), int32 (n,), int8 (n, t).

    Attributes:
        lengths: tokens of each row, at least 1; what comes after is padding.
        kinds: 1 for tokens of the second text of a pair.
    """

    tokens: np.ndarray
    lengths: np.ndarray
    kinds: np.ndarray

    def __len__(self) -> int:
        return len(self.lengths)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tokens:
    """How the text columns of a row become tokens.

    Attributes:
        columns: names of the text columns.
        longest: most tokens of a row.
        padding: the token that fills up.
        vocabulary: number of tokens that there are.
        written: the tokenizer as its own JSON.
    """

    columns: tuple[str, ...]
    longest: int
    padding: int
    vocabulary: int
    written: str
    tokenizer: Any

    def encode(self, table: Table) -> Encoded:
        """The rows of a table, in their order; an absent column is all empty."""
        return self.encode_texts(texts_of(table, self.columns, self.longest))

    def encode_texts(self, texts: Sequence[str | tuple[str, str]]) -> Encoded:
        """Texts, or pairs of them."""
        read = [self.tokenizer.encode_batch(list(part)) for part in _parts(texts)]
        rows = [row for part in read for row in part]
        lengths = np.array([max(len(row.ids), 1) for row in rows], dtype=np.int32)
        width = int(lengths.max(initial=1))
        tokens = np.full((len(rows), width), self.padding, dtype=np.int32)
        kinds = np.zeros((len(rows), width), dtype=np.int8)
        for place, row in enumerate(rows):
            tokens[place, : len(row.ids)] = row.ids
            kinds[place, : len(row.ids)] = row.type_ids
        return Encoded(tokens=tokens, lengths=lengths, kinds=kinds)

    def save(self, folder: Path) -> None:
        """Write `tokenizer.json` and `tokens.json` into an existing folder."""
        write_file(folder / "tokenizer.json", self.written)
        document = {"columns": self.columns, "longest": self.longest, "padding": self.padding}
        write_file(folder / "tokens.json", json.dumps(document))


def learn_tokens(
    table: Table, tokenizer: Any, *, longest: int | None, most: int, padding: int
) -> Tokens:
    """Tokens for the text columns of training rows.

    Args:
        tokenizer: of the library tokenizers; it is copied.
        longest: most tokens of a row; None takes what 95 of 100 rows need, 128 at most.
        most: that the network can take.
    """
    columns = table.names("input", "text")
    if longest is None:
        whole = make_tokens(tokenizer.to_str(), columns, min(most, 128), padding)
        lengths = whole.encode(table).lengths
        needed = int(np.quantile(lengths, 0.95)) if len(lengths) else 8
        longest = min(128, max(8, 8 * -(-needed // 8)))
    return make_tokens(tokenizer.to_str(), columns, min(most, longest), padding)


def load_tokens(folder: Path) -> Tokens:
    """What `Tokens.save` wrote."""
    stored = json.loads((folder / "tokens.json").read_text())
    return make_tokens(
        (folder / "tokenizer.json").read_text(encoding="utf-8"),
        tuple(stored["columns"]),
        stored["longest"],
        stored["padding"],
    )


def make_tokens(written: str, columns: tuple[str, ...], longest: int, padding: int) -> Tokens:
    """Tokens from a tokenizer's JSON.

    Raises:
        WeightsError: it is none.
    """
    library = need("tokenizers", wanted_by="reading texts")
    try:
        tokenizer = library.Tokenizer.from_str(written)
    except Exception as error:  # noqa: BLE001  # all that tokenizers ever raises
        raise WeightsError(f"this is no tokenizer: {str(error)[:160]}.") from None
    tokenizer.no_padding()
    spare = tokenizer.num_special_tokens_to_add(len(columns) == 2)
    tokenizer.enable_truncation(max(longest, spare + 1))
    return Tokens(
        columns=columns,
        longest=max(longest, spare + 1),
        padding=padding,
        vocabulary=tokenizer.get_vocab_size(),
        written=written,
        tokenizer=tokenizer,
    )


def texts_of(
    table: Table, columns: Sequence[str], longest: int
) -> list[str] | list[tuple[str, str]]:
    """One text a row, or a pair where there are two columns."""
    import pyarrow.compute as pc

    most = longest * _CHARACTERS_PER_TOKEN
    texts = [pc.utf8_slice_codeunits(_column(table, name), 0, most).to_pylist() for name in columns]
    if len(texts) == 2:
        return list(zip(*texts, strict=True))
    if not texts:
        return [""] * len(table)
    return [_JOINED_BY.join(filter(None, row)) for row in zip(*texts, strict=True)]


def _column(table: Table, name: str) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    if name not in table.arrow.column_names:
        return pa.chunked_array([pa.array([""] * len(table), pa.string())])
    return pc.fill_null(table.arrow.column(name).cast(pa.string()), "")


def _parts(texts: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(texts), _ROWS_AT_ONCE):
        yield texts[first : first + _ROWS_AT_ONCE]
