"""Texts become tokens by data files alone."""

from __future__ import annotations

import json

import pytest
import torch
from _made import saved

from headstart import weights
from headstart.errors import WeightsError
from headstart.weights import Found

MINILM = "minilm_l6.all_v2"
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "film", "##s"]


@pytest.fixture
def installed():
    """MiniLM out of the package that brings it."""
    found = weights.find(MINILM)
    if not isinstance(found, Found):
        pytest.skip(f"{MINILM} is not installed: {found.hint}")
    return found


def with_words(folder):
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": True}))
    return weights.need(str(folder))


def test_a_list_of_words_makes_the_tokenizer_of_bert(tmp_path):
    found = with_words(saved(tmp_path, "bert", "BertModel"))

    read = weights.tokenizer(found).encode("Good films, GOOD")

    assert read.tokens == ["[CLS]", "good", "film", "##s", "[UNK]", "good", "[SEP]"]


def test_the_list_of_words_reads_like_the_whole_tokenizer(installed, tmp_path):
    folder = tmp_path / "words_only"
    folder.mkdir()
    for name in ("config.json", "model.safetensors", "vocab.txt", "tokenizer_config.json"):
        (folder / name).symlink_to(installed.path / name)
    text = "An unbelievably GOOD film, isn't it? Café 42."

    whole, words = weights.tokenizer(installed), weights.tokenizer(weights.need(str(folder)))

    assert words.encode(text).ids == whole.encode(text).ids


def test_a_tokenizer_neither_cuts_nor_pads(installed):
    tokenizer = weights.tokenizer(installed)

    long, short = tokenizer.encode_batch(["word " * 1000, "word"])

    assert [len(long.ids), len(short.ids)] == [1002, 3]


@pytest.mark.parametrize("content", ["", "{}", "<html>", '{"model": {"type": "Own"}}'])
def test_a_damaged_tokenizer_is_refused(content, tmp_path):
    folder = saved(tmp_path, "bert", "BertModel")
    (folder / "tokenizer.json").write_text(content)

    with pytest.raises(WeightsError, match="cannot be read as a tokenizer"):
        weights.tokenizer(weights.need(str(folder)))


def test_a_checkpoint_without_one_says_what_to_save(tmp_path):
    found = weights.need(str(saved(tmp_path, "bert", "BertModel")))

    with pytest.raises(WeightsError, match="neither tokenizer") as caught:
        weights.tokenizer(found)

    assert "save_pretrained" in caught.value.hint


def test_minilm_finds_sentences_alike_that_mean_the_same(installed):
    import transformers

    read = weights.config(installed)
    config = transformers.AutoConfig.for_model(read.architecture, **read.values)
    made = transformers.BertModel.from_pretrained(
        None, config=config, state_dict=weights.state(installed)
    ).eval()
    tokenizer = weights.tokenizer(installed)

    def embed(text):
        with torch.no_grad():
            vectors = made(input_ids=torch.tensor([tokenizer.encode(text).ids]))[0][0]
        return torch.nn.functional.normalize(vectors.mean(0), dim=0)

    rain, wet, bank = map(
        embed, ("It is raining hard.", "A heavy rain is falling.", "The bank raised its rates.")
    )

    assert rain @ wet > 0.5
    assert rain @ bank < 0.2
