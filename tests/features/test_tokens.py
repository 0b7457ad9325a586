import numpy as np
import pyarrow as pa
import pytest

from headstart.errors import WeightsError
from headstart.features.tokens import learn_tokens, load_tokens, make_tokens
from headstart.records import Column, Table

tokenizers = pytest.importorskip("tokenizers")

PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "one", "two", "three", "a", "##b")


def tokenizer():
    return tokenizers.BertWordPieceTokenizer({piece: n for n, piece in enumerate(PIECES)})


def table(**columns):
    n = len(next(iter(columns.values())))
    return Table(
        columns=tuple(Column(name=name, modality="text") for name in columns),
        arrow=pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}),
        row_ids=np.arange(n),
    )


def tokens(rows, **options):
    return learn_tokens(rows, tokenizer(), **{"longest": None, "most": 64, "padding": 0, **options})


def test_a_text_becomes_tokens_and_padding():
    found = tokens(table(note=["one two", "three"])).encode(table(note=["one two", "three"]))

    assert found.tokens.tolist() == [[2, 4, 5, 3], [2, 6, 3, 0]]
    assert found.lengths.tolist() == [4, 3]
    assert not found.kinds.any()


def test_a_pair_is_marked_and_cut_where_it_is_longer():
    rows = table(question=["one " * 50], answer=["two three"])

    found = tokens(rows, longest=8).encode(rows)

    assert found.tokens.tolist() == [[2, 4, 4, 4, 3, 5, 6, 3]]
    assert found.kinds.tolist() == [[0, 0, 0, 0, 0, 1, 1, 1]]


def test_three_columns_are_one_text():
    rows = table(first=["one"], second=[None], third=["three"])

    found = tokens(rows).encode(rows)

    assert found.tokens.tolist() == [[2, 4, 6, 3]]


def test_missing_texts_and_absent_columns_are_empty():
    learned = tokens(table(note=["one", None]))

    assert learned.encode(table(note=[None, ""])).tokens.tolist() == [[2, 3], [2, 3]]
    assert learned.encode(table(other=["one"])).tokens.tolist() == [[2, 3]]


def test_the_longest_length_follows_the_data_and_never_passes_the_networks():
    short, long = table(note=["one two"] * 20), table(note=["one " * 500] * 20)

    assert tokens(short).longest == 8
    assert tokens(long, most=512).longest == 128
    assert tokens(long, most=48).longest == 48
    assert tokens(long, most=512, longest=300).longest == 300


def test_a_hundred_thousand_characters_take_no_longer_than_a_page():
    rows = table(note=["one " * 25_000])

    assert tokens(rows, longest=16).encode(rows).lengths.tolist() == [16]


def test_tokens_survive_the_disk(tmp_path):
    rows = table(note=["one ab two", "🎉 дом"])
    learned = tokens(rows)

    learned.save(tmp_path)

    np.testing.assert_array_equal(
        load_tokens(tmp_path).encode(rows).tokens, learned.encode(rows).tokens
    )


def test_what_is_no_tokenizer_is_refused():
    with pytest.raises(WeightsError, match="this is no tokenizer"):
        make_tokens("{}", ("note",), 16, 0)
