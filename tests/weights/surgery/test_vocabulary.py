"""Vocabularies: vectors go with their token, not with its number."""

import torch
import transformers
from _tiny import network
from torch import nn

from headstart import weights
from headstart.weights.surgery.vocabulary import first_rows, rows_by_token, vocabulary


def test_a_new_token_gets_the_mean_of_its_pieces_and_an_unknown_one_the_mean_of_all():
    old, new = {"un": 0, "##do": 1, "the": 2}, {"the": 0, "undo": 1, "zebra": 2}
    rows = rows_by_token(old, new, lambda text: [0, 1] if text == "undo" else [])
    vectors = torch.tensor([[1.0], [3.0], [8.0]])

    made = vocabulary(vectors, rows=rows, to=4)

    assert made.flatten().tolist() == [8.0, 2.0, 4.0, 4.0]  # the last row is padding


def test_a_plan_moves_rows_by_token():
    source, target = network("bert"), network("bert", "other vocabulary")
    old = {f"w{place}": place for place in range(40)}
    new = {f"w{place}": 49 - place for place in range(50)}

    plan = weights.plan(source, target, tokens=(old, new))
    plan.apply(check=False)

    before = source.bert.embeddings.word_embeddings.weight
    after = target.bert.embeddings.word_embeddings.weight
    assert torch.equal(after[49], before[0])
    assert torch.equal(after[10], before[39])
    assert torch.allclose(after[0], before.mean(dim=0))
    assert not plan.tokens_travel


def test_rows_by_number_are_those_of_transformers():
    source = network("bert")
    ours = first_rows(source.get_input_embeddings().weight.detach(), to=50)

    source.resize_token_embeddings(50)

    theirs = source.get_input_embeddings().weight
    assert torch.allclose(ours[:40], theirs[:40], atol=1e-6)
    assert torch.allclose(ours[40:], ours[:40].mean(dim=0).expand(10, -1), atol=1e-6)


def test_the_output_layer_stays_tied_to_the_vectors_of_words():
    config = {"vocab_size": 40, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config |= {"intermediate_size": 32, "max_position_embeddings": 24}
    masked = transformers.BertForMaskedLM
    source = masked(transformers.BertConfig(**config))
    target = masked(transformers.BertConfig(**{**config, "vocab_size": 50}))

    weights.plan(source, target).apply()

    words = target.bert.embeddings.word_embeddings.weight
    assert target.cls.predictions.decoder.weight is words
    assert torch.equal(words[:40], source.bert.embeddings.word_embeddings.weight)
    assert torch.equal(target.cls.predictions.bias[:40], source.cls.predictions.bias)


def test_word_vectors_alone_begin_another_network():
    class Reader(nn.Module):
        def __init__(self):
            super().__init__()
            self.words = nn.Embedding(40, 16)
            self.lstm = nn.LSTM(16, 4, batch_first=True)

        def forward(self, tokens):
            return self.lstm(self.words(tokens))[0]

    vectors = {"words.weight": torch.randn(40, 16)}

    plan = weights.plan(vectors, Reader())

    assert plan.of("words.weight").action == "copied"
    assert plan.of("lstm.weight_ih_l0").action == "new"
