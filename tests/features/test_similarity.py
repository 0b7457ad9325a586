from __future__ import annotations

import pytest

tokenizers = pytest.importorskip("tokenizers")

from headstart.features.similarity import of_texts  # noqa: E402


@pytest.fixture
def tokenizer():
    """Knows the letters, `light` and `rain` as whole words; other words are spelled out."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.pre_tokenizers import Whitespace

    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces = ["[UNK]", "light", "rain", *letters, *(f"##{letter}" for letter in letters)]
    vocabulary = {piece: place for place, piece in enumerate(pieces)}
    made = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = Whitespace()
    return made


def test_words_of_the_vocabulary_are_alike(tokenizer):
    found = of_texts(tokenizer, ["light rain", "rain"])

    assert (found.value, found.level) == (1.0, "high")


def test_words_that_are_spelled_out_are_unlike(tokenizer):
    assert of_texts(tokenizer, ["storm"]).value == 5.0
    assert of_texts(tokenizer, ["storm"]).level == "low"
    assert of_texts(tokenizer, ["rain ab rain"]).level == "high"
    assert of_texts(tokenizer, ["rain abc"]).level == "medium"


def test_unknown_signs_are_unlike_however_few_tokens_they_make(tokenizer):
    assert of_texts(tokenizer, ["дождь снег"]).level == "low"


def test_without_words_there_is_nothing_to_say(tokenizer):
    assert of_texts(tokenizer, ["", "  "]) is None
