"""Tiny checkpoints, made here, for tests of families that read texts."""

import json
import sys
from pathlib import Path

import pytest

from headstart.testing.checkpoints import make_text_encoder

sys.path.insert(0, str(Path(__file__).parent))  # `_texts`


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    """A folder with an encoder without a head."""
    return make_text_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="module")
def labeller(tmp_path_factory, encoder):
    """A folder with a classifier whose labels are moods, as `save_pretrained` writes it."""
    from transformers import BertConfig, BertForSequenceClassification

    from headstart.networks.randomness import own_randomness

    folder = tmp_path_factory.mktemp("labeller")
    values = json.loads((encoder / "config.json").read_text())
    labels = {"id2label": {0: "SAD", 1: "Happy"}, "label2id": {"SAD": 0, "Happy": 1}}
    with own_randomness(3):
        network = BertForSequenceClassification(BertConfig(**values, **labels))
    network.save_pretrained(folder)
    (folder / "tokenizer.json").write_text((encoder / "tokenizer.json").read_text())
    plain = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]"}
    (folder / "tokenizer_config.json").write_text(json.dumps({**plain, "model_max_length": 64}))
    return folder


@pytest.fixture(scope="module")
def comparer(tmp_path_factory, encoder):
    """The same encoder as the first, saved as one whose vectors are made to be compared."""
    folder = tmp_path_factory.mktemp("comparer")
    for file in encoder.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    kinds = [{"type": "sentence_transformers.models.Normalize"}]
    (folder / "modules.json").write_text(json.dumps(kinds))
    return folder
