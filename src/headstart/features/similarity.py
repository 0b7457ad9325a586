"""How like texts are to those that a tokenizer was made for.

A vocabulary holds the frequent words of what an encoder has read. Where it has to spell words out,
or does not know their signs, the encoder has read little of the kind.

Reference: Rust et al. 2021, "How Good is Your Tokenizer?", ACL (fertility and performance).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from headstart.records.suitability import Similarity

MEASURE = "tokens per word"
_MOST_TEXTS = 200
_MOST_CHARACTERS = 2_000
_UNKNOWN = ("[UNK]", "<unk>", "<|unknown|>")
# Plain English under the vocabularies of BERT and RoBERTa takes 1.1 to 1.4 tokens a word.
_HIGH, _MEDIUM = 1.5, 2.2
_MANY_UNKNOWN = 0.05


def of_texts(tokenizer: Any, texts: Sequence[str]) -> Similarity | None:
    """Tokens per word; a text of unknown signs is unlike whatever its length. None without words.

    Args:
        tokenizer: of the library tokenizers.
    """
    shown = [text[:_MOST_CHARACTERS] for text in texts[:_MOST_TEXTS] if text.strip()]
    words = sum(len(text.split()) for text in shown)
    if not words:
        return None
    read = tokenizer.encode_batch(shown, add_special_tokens=False)
    tokens = [token for each in read for token in each.tokens]
    fertility = len(tokens) / words
    unknown = sum(token in _UNKNOWN for token in tokens) / max(len(tokens), 1)
    return Similarity(measure=MEASURE, value=fertility, level=_level(fertility, unknown))


def _level(fertility: float, unknown: float) -> Literal["high", "medium", "low"]:
    if unknown > _MANY_UNKNOWN or fertility > _MEDIUM:
        return "low"
    return "high" if fertility <= _HIGH else "medium"
