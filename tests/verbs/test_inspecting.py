"""What a checkpoint or a model is made of is told without running it, and told right."""

from __future__ import annotations

import json
import struct
import sys
import time
from pathlib import Path

import pytest

import headstart as hs
from headstart.errors import AskError, WeightsError
from headstart.records.inspection import Inspection, Layer

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
sys.path.append(str(Path(__file__).parents[1] / "weights"))

from _made import network, rewritten, saved  # noqa: E402

LITE = "efficientnet_lite0.in1k"


@pytest.fixture(autouse=True)
def caches(monkeypatch, tmp_path):
    """Nothing of the person's own is looked at or written to."""
    from huggingface_hub import constants

    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path / "caches"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


def test_a_classifier_is_told_with_layers_inputs_and_labels(tmp_path):
    named = {"id2label": {0: "cat", 1: "dog", 2: "owl"}, "label2id": {"cat": 0, "dog": 1, "owl": 2}}
    folder = saved(tmp_path / "model", "bert", "BertForSequenceClassification", **named)
    made = network("bert", "BertForSequenceClassification", num_labels=3)

    found = hs.inspect(folder)

    assert found.network == "BertForSequenceClassification"
    assert found.parameters == sum(each.numel() for each in made.parameters())
    assert found.parameters == sum(layer.parameters for layer in found.layers)
    assert found.labels == ("cat", "dog", "owl")
    assert found.layers[-1] == Layer(name="classifier", kind="linear", parameters=51, output=(3,))
    assert found.nonlinearities == ("softmax", "gelu", "tanh")
    assert found.dtypes == {"F32": found.parameters}
    assert found.inputs["modality"] == "text"
    assert "backpropagation" in found.learning_rule
    assert found.licence == "not stated"


def test_a_tensor_without_a_place_is_listed_and_said(tmp_path):
    folder = saved(tmp_path / "model", "bert", "BertForMaskedLM")

    found = hs.inspect(folder)

    heads = [layer for layer in found.layers if layer.output is None]
    assert heads
    assert all("cls.predictions" in layer.name for layer in heads)
    assert "not in the network that Headstart builds" in found.notes[0]
    assert found.parameters == sum(layer.parameters for layer in found.layers)


def test_an_unknown_architecture_is_listed_by_module_and_says_so(tmp_path):
    folder = saved(tmp_path / "model", "bert", "BertModel")
    rewritten(folder, model_type="llama")

    found = hs.inspect(folder)

    assert found.network == "llama"
    assert "not one that Headstart builds" in found.notes[0]
    assert {layer.output for layer in found.layers} == {None}
    assert found.parameters == sum(layer.parameters for layer in found.layers)
    kinds = {layer.name: layer.kind for layer in found.layers}
    assert kinds["embeddings.word_embeddings"] == "embedding"
    assert kinds["encoder.layer.0.output.dense"] == "linear"
    assert kinds["encoder.layer.0.output.LayerNorm"] == "norm"


def test_a_file_of_a_known_network_with_another_head_is_recognised(tmp_path):
    models = pytest.importorskip("torchvision").models
    torch.save(models.resnet18(num_classes=5).state_dict(), tmp_path / "mine.pth")

    found = hs.inspect(tmp_path / "mine.pth")

    assert (found.network, found.library, found.depth) == ("resnet18", "torchvision", 18)
    assert found.outputs == 5
    assert found.layers[0].output == (64, 112, 112)
    assert "does not say" in found.notes[0]


def test_ties_and_dtypes_are_told(tmp_path):
    shared = torch.ones(4, 3, dtype=torch.bfloat16)
    torch.save(
        {"words.weight": shared, "head.weight": shared, "steps": torch.tensor(3)},
        tmp_path / "m.pth",
    )

    found = hs.inspect(tmp_path / "m.pth")

    assert found.ties == {"head.weight": "words.weight"}
    assert found.parameters == 12
    assert found.dtypes == {"BF16": 12, "I64": 1}


def test_a_catalogue_file_under_its_name_is_known_wherever_it_lies(tmp_path):
    from headstart import weights
    from headstart.records.absence import Absence

    there = weights.find(LITE)
    if isinstance(there, Absence):
        pytest.skip(f"{LITE} is not on this machine")
    copy = tmp_path / there.path.name
    copy.write_bytes(there.path.read_bytes())

    found = hs.inspect(copy)

    assert found.network == "tf_efficientnet_lite0"
    assert found.licence == "Apache-2.0"
    assert found.verified == "by SHA-256"
    assert len(found.labels) == 1000
    changed = bytearray(copy.read_bytes())
    changed[-40_000_00] ^= 1
    copy.write_bytes(changed)
    assert hs.inspect(copy).licence == "not stated"


def test_halves_of_two_checkpoints_are_refused(tmp_path):
    folder = rewritten(saved(tmp_path / "model", "bert", "BertModel"), vocab_size=39)

    with pytest.raises(WeightsError, match="not of the same checkpoint"):
        hs.inspect(folder)


def test_a_name_that_nothing_has_is_refused(tmp_path):
    with pytest.raises(AskError, match="there is no checkpoint"):
        hs.inspect(tmp_path / "gone")


def test_a_picture_is_drawn_where_it_may_be(tmp_path):
    folder = saved(tmp_path / "model", "resnet", "ResNetModel")

    hs.inspect(folder, draw=tmp_path / "layers.svg")

    drawn = (tmp_path / "layers.svg").read_text()
    assert drawn.startswith("<svg")
    assert "embedder.embedder.convolution" in drawn
    with pytest.raises(AskError, match=r"ends in \.svg|cannot|drawn to"):
        hs.inspect(folder, draw=tmp_path / "layers.png")
    with pytest.raises(AskError, match="no folder"):
        hs.inspect(folder, draw=tmp_path / "gone" / "layers.svg")


def sparse(folder, megabytes):
    """A BERT of the size of BERT base whose parameters are a hole in the disk."""
    import transformers

    config = transformers.AutoConfig.for_model("bert")
    with torch.device("meta"):
        made = transformers.BertModel(config)
    header, place = {}, 0
    for name, value in made.state_dict().items():
        header[name] = {
            "dtype": "F32",
            "shape": list(value.shape),
            "data_offsets": [place, place + 4 * value.numel()],
        }
        place += 4 * value.numel()
    text = json.dumps(header).encode()
    folder.mkdir()
    with open(folder / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + place)
    (folder / "config.json").write_text(json.dumps({"model_type": "bert"}))
    assert place > megabytes * 1e6
    return folder


def test_a_hundred_million_parameters_are_told_within_two_seconds_unread(tmp_path):
    import resource

    folder = sparse(tmp_path / "large", 400)
    hs.inspect(saved(tmp_path / "small", "bert", "BertModel"))  # imports what is needed
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()

    found = hs.inspect(folder)

    seconds = time.process_time() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert isinstance(found, Inspection)
    assert found.parameters == 109_482_240
    assert seconds <= 2.0
    assert grown < 100
    assert (folder / "model.safetensors").stat().st_blocks * 512 < 10e6  # still a hole


def test_the_command_prints_lines_of_80_columns_and_one_strict_document(
    capsys, monkeypatch, tmp_path
):
    from headstart.cli import main

    monkeypatch.setenv("COLUMNS", "80")
    folder = saved(tmp_path / "model", "vit", "ViTForImageClassification", num_labels=3)
    monkeypatch.chdir(tmp_path)

    assert main(["inspect", "model"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert any("layers.0 to 1: 2 alike" in line for line in lines)

    assert main(["inspect", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == 1
    contract = {"name", "parameters", "trainable", "layers", "nonlinearities", "learning_rule"}
    assert contract | {"inputs", "labels", "licence"} <= set(told)
    assert set(told["layers"][0]) == {"name", "kind", "parameters", "output"}
    assert told["inputs"]["size"] == 32
