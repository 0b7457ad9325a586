"""The vocabularies of both sides, and which rows of one are which of the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from headstart.errors import WeightsError
from headstart.weights.surgery.material import Material
from headstart.weights.surgery.target import Target
from headstart.weights.surgery.vocabulary import Rows, rows_by_token
from headstart.weights.tokenizing import tokenizer

_FILES = ("tokenizer.json", "vocab.txt")


def token_rows(taken: Material, wanted: Target, tokens: tuple[Any, Any] | None) -> Rows | None:
    """Where the vector of each token comes from; None where the vocabularies are the same.

    Without a tokenizer on both sides, rows keep their numbers: that is None as well.

    Raises:
        WeightsError: what was given as a tokenizer is none.
    """
    old, new = tokens if tokens is not None else _beside(taken, wanted)
    if old is None or new is None:
        return None
    before, after = _vocabulary(old), _vocabulary(new)
    if before == after:
        return None
    return rows_by_token(before, after, _cut(old, before))


def _beside(taken: Material, wanted: Target) -> tuple[Any, Any]:
    found = taken.found
    if found is None or wanted.folder is None or found.path.resolve() == wanted.folder.resolve():
        return None, None
    has_own = any((wanted.folder / name).is_file() for name in _FILES)
    has_theirs = any(found.file(name) is not None for name in _FILES)
    if not has_own or not has_theirs:
        return None, None
    here = replace(found, name=wanted.name, path=wanted.folder)
    return tokenizer(found), tokenizer(here)


def _vocabulary(tokens: Any) -> Mapping[str, int]:
    if isinstance(tokens, Mapping):
        return tokens
    if callable(getattr(tokens, "get_vocab", None)):
        found: Mapping[str, int] = tokens.get_vocab()
        return found
    raise WeightsError(
        f"a vocabulary cannot be read from {type(tokens).__name__}.",
        "Give a tokenizer, or a table of tokens and their numbers.",
    )


def _cut(tokens: Any, known: Mapping[str, int]) -> Callable[[str], Sequence[int]]:
    """How the source's tokenizer cuts a text; a plain table cuts nothing."""
    if isinstance(tokens, Mapping):
        return lambda text: ()
    unknown = {place for token, place in known.items() if token.strip("[]<>").lower() == "unk"}

    def cut(text: str) -> list[int]:
        coded = tokens.encode(text, add_special_tokens=False)
        numbers = getattr(coded, "ids", coded)
        return [number for number in numbers if number not in unknown]

    return cut
