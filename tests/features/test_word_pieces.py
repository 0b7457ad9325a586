import pytest

pytest.importorskip("tokenizers")

from headstart.features.word_pieces import learn_word_pieces

TEXTS = ["the wet dog", "The wet cat", "a dry dog and a dry cat"] * 3


def test_frequent_words_are_one_token_and_rare_ones_pieces():
    pieces = learn_word_pieces(TEXTS, 200)

    assert pieces.encode("WET dog").tokens == ["[CLS]", "wet", "dog", "[SEP]"]
    assert len(pieces.encode("wetter").tokens) > 3


def test_the_same_texts_make_the_same_vocabulary():
    assert learn_word_pieces(TEXTS, 60).to_str() == learn_word_pieces(list(TEXTS), 60).to_str()


def test_the_vocabulary_is_no_larger_than_asked_for():
    assert learn_word_pieces(["abcdefgh " * 3 + "hgfedcba " * 3], 16).get_vocab_size() <= 16


def test_signs_never_seen_are_unknown_and_no_texts_are_no_error():
    assert "[UNK]" in learn_word_pieces(TEXTS, 200).encode("дом").tokens
    assert learn_word_pieces([""], 100).encode("").tokens == ["[CLS]", "[SEP]"]


def test_the_second_text_of_a_pair_is_marked():
    assert learn_word_pieces(TEXTS, 200).encode("wet", "dog").type_ids == [0, 0, 0, 1, 1]
