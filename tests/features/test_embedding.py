"""Texts as vectors of a frozen encoder, on a tiny checkpoint."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from headstart.features.embedding import Embedding, embedding_of
from headstart.records import Column, FineTune, Scratch, Table, Transfer
from headstart.testing.checkpoints import make_text_encoder

pytestmark = pytest.mark.xdist_group("torch")
TEXTS = ["light and dry", None, "heavy, wet", "", "new " * 300, "light and dry", "漢字 🙂"]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return str(make_text_encoder(tmp_path_factory.mktemp("tiny")))


def table(texts=TEXTS):
    columns = (Column(name="note", modality="text"), Column(name="size", modality="number"))
    arrow = pa.table({"note": pa.array(texts, pa.string()), "size": np.arange(len(texts)) * 1.0})
    return Table(columns=columns, arrow=arrow, row_ids=np.arange(len(texts)))


def vectors(rows):
    return np.array(rows.values("note").to_pylist())


def test_a_text_column_becomes_a_vector_column_and_the_others_stay(checkpoint):
    embedded = Embedding(checkpoint=checkpoint).apply(table(), cores=1)

    assert [column.modality for column in embedded.columns] == ["vector", "number"]
    assert vectors(embedded).shape == (len(TEXTS), 32)
    assert embedded.values("size").to_pylist() == table().values("size").to_pylist()


def test_equal_texts_have_equal_vectors_and_a_missing_one_that_of_an_empty_one(checkpoint):
    found = vectors(Embedding(checkpoint=checkpoint).apply(table(), cores=1))

    assert np.isfinite(found).all()
    assert found[0] == pytest.approx(found[5], abs=0.02)
    assert found[1] == pytest.approx(found[3], abs=0.02)
    assert np.abs(found[0] - found[2]).max() > 0.1


def test_the_last_layer_is_what_transformers_makes_of_a_text(checkpoint):
    import torch
    from tokenizers import Tokenizer
    from transformers import BertModel

    network = BertModel.from_pretrained(checkpoint, add_pooling_layer=False).eval()
    tokens = Tokenizer.from_file(f"{checkpoint}/tokenizer.json").encode("light and dry").ids
    with torch.inference_mode():
        expected = network(torch.tensor([tokens])).last_hidden_state[0].mean(dim=0).numpy()

    found = vectors(Embedding(checkpoint=checkpoint).apply(table(["light and dry"]), cores=1))

    # Products in bfloat16 have eight bits; the values are about one.
    assert found[0] == pytest.approx(expected, abs=0.05)


def test_vectors_are_computed_once_and_then_read(checkpoint, tmp_path, monkeypatch):
    step = Embedding(checkpoint=checkpoint)
    first = vectors(step.apply(table(), cores=1, cache=tmp_path))
    monkeypatch.setattr(Embedding, "_computed", None)

    again = vectors(step.apply(table(TEXTS[::-1]), cores=1, cache=tmp_path))

    assert again.tolist() == first[::-1].tolist()


def test_every_layer_is_kept_when_layers_are_compared(checkpoint, tmp_path, monkeypatch):
    layers = Embedding(checkpoint=checkpoint).layers(table(), cores=1, cache=tmp_path)
    monkeypatch.setattr(Embedding, "_computed", None)

    assert [layer.shape for layer in layers] == [(len(TEXTS), 32)] * 3
    for layer in range(3):
        step = Embedding(checkpoint=checkpoint, layer=layer)
        kept = vectors(step.apply(table(), cores=1, cache=tmp_path))
        assert kept == pytest.approx(layers[layer], abs=0.01)


@pytest.mark.parametrize("layer", [0, 1, 2, -1])
def test_a_layer_alone_is_the_same_as_among_all(checkpoint, tmp_path, layer):
    every = Embedding(checkpoint=checkpoint).layers(table(), cores=1, cache=tmp_path)

    alone = vectors(Embedding(checkpoint=checkpoint, layer=layer).apply(table(), cores=1))

    np.testing.assert_allclose(alone, every[layer], atol=1e-5)


def test_no_row_gives_no_vector(checkpoint):
    assert len(Embedding(checkpoint=checkpoint).apply(table([]), cores=1)) == 0


def test_only_a_transfer_of_embeddings_asks_for_the_step(checkpoint):
    assert embedding_of(Scratch()) is None
    assert embedding_of(FineTune(checkpoints=(checkpoint,))) is None
    assert embedding_of(Transfer(checkpoints=(checkpoint,), part="encoder")) is None
    step = embedding_of(Transfer(checkpoints=(checkpoint,), part="embedding", layer=1))
    assert step is not None
    assert (step.checkpoint, step.layer) == (checkpoint, 1)
