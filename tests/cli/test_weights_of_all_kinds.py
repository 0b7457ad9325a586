"""Every kind of checkpoint is a source and a target on the command line, and can be looked into."""

import json
import math
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from headstart.cli import main

sys.path.append(str(Path(__file__).parents[1] / "weights"))

from _made import rewritten, saved

KINDS = {
    "WhisperModel": "whisper",
    "WhisperForAudioClassification": "whisper",
    "WhisperForConditionalGeneration": "whisper",
    "Wav2Vec2Model": "wav2vec2",
    "Wav2Vec2ForSequenceClassification": "wav2vec2",
    "Wav2Vec2ForCTC": "wav2vec2",
    "PatchTSTModel": "patchtst",
    "PatchTSTForClassification": "patchtst",
    "PatchTSTForPrediction": "patchtst",
    "AlignModel": "align",
    "T5EncoderModel": "t5",
}
WIDER = {
    "WhisperForConditionalGeneration": {
        "d_model": 32,
        "encoder_attention_heads": 4,
        "decoder_attention_heads": 4,
        "encoder_ffn_dim": 48,
        "decoder_ffn_dim": 48,
    },
    "Wav2Vec2ForCTC": {"hidden_size": 32, "num_attention_heads": 4, "intermediate_size": 48},
    "PatchTSTForClassification": {"d_model": 32, "num_attention_heads": 4, "ffn_dim": 48},
}


@pytest.fixture(autouse=True)
def caches(monkeypatch, tmp_path):
    """Nothing of the person's own is looked at or written to."""
    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path / "caches"))


def asked(capsys, *words, code=0):
    capsys.readouterr()
    assert main([*map(str, words), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def goal(folder, name, **changes):
    """A folder with a changed configuration and nothing else."""
    other = folder.parent / name
    other.mkdir()
    (other / "config.json").write_bytes((folder / "config.json").read_bytes())
    return rewritten(other, **changes)


@pytest.mark.parametrize("kind", KINDS)
def test_a_checkpoint_becomes_itself(kind, tmp_path, capsys):
    folder = saved(tmp_path / "made", KINDS[kind], kind)

    found = asked(capsys, "weights", folder, folder, "--apply", "--out", tmp_path / "out")

    assert found["coverage"] == 1.0
    assert found["check"]["function_preserved"] is True
    assert found["check"]["max_difference"] <= 1e-5
    assert found["check"]["is_finite"] is True
    before, after = (load_file(each / "model.safetensors") for each in (folder, tmp_path / "out"))
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize("kind", KINDS)
def test_a_checkpoint_can_be_looked_into(kind, tmp_path, capsys):
    folder = saved(tmp_path / "made", KINDS[kind], kind)
    tensors = load_file(folder / "model.safetensors")

    found = asked(capsys, "inspect", folder)

    assert found["network"] == kind
    assert found["parameters"] == sum(
        each.numel()
        for name, each in tensors.items()
        if not name.endswith(("_mean", "_var")) and each.is_floating_point()
    )
    assert found["parameters"] == sum(layer["parameters"] for layer in found["layers"])
    assert found["depth"] > 1
    assert found["nonlinearities"]
    assert found["inputs"]["modality"] in ("text", "image", "audio", "series")
    assert main(["inspect", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "reads" in said


@pytest.mark.parametrize("kind", WIDER)
def test_a_wider_network_computes_the_same(kind, tmp_path, capsys):
    folder = saved(tmp_path / "made", KINDS[kind], kind)
    wide = goal(folder, "wide", **WIDER[kind])

    found = asked(capsys, "weights", folder, wide, "--apply", "--out", tmp_path / "out")

    assert found["coverage"] == 1.0
    if kind != "WhisperForConditionalGeneration":  # its words are its outputs too
        assert found["check"]["function_preserved"] is True
        assert found["check"]["max_difference"] <= 1e-5


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("WhisperForConditionalGeneration", "WhisperForAudioClassification"),
        ("Wav2Vec2ForCTC", "Wav2Vec2ForSequenceClassification"),
    ],
)
def test_an_encoder_of_speech_gets_a_head_for_three_sounds(source, target, tmp_path, capsys):
    folder = saved(tmp_path / "made", KINDS[source], source)
    labels = {"0": "bark", "1": "meow", "2": "song"}
    three = goal(folder, "three", architectures=[target], id2label=labels)

    found = asked(capsys, "weights", folder, three, "--apply", "--out", tmp_path / "out")

    new = {move["target"] for move in found["moves"] if move["action"] == "new"}
    assert new == {
        f"{each}.{leaf}" for each in ("projector", "classifier") for leaf in ("weight", "bias")
    }
    assert found["check"]["first_loss"] == pytest.approx(math.log(3), abs=1e-5)
    assert found["check"]["max_difference"] <= 1e-5
    assert asked(capsys, "inspect", tmp_path / "out")["labels"] == ["bark", "meow", "song"]


def test_one_channel_becomes_three_and_three_become_one(tmp_path, capsys):
    colours = saved(tmp_path / "rgb", "vit", "ViTForImageClassification", num_labels=2)
    grey = goal(colours, "one", num_channels=1)

    down = asked(capsys, "weights", colours, grey, "--apply", "--out", tmp_path / "grey")
    up = asked(capsys, "weights", tmp_path / "grey", colours, "--apply", "--out", tmp_path / "up")

    for found in (down, up):
        assert found["coverage"] == 1.0
        assert found["check"]["function_preserved"] is True
    seen = asked(capsys, "inspect", tmp_path / "grey")
    assert seen["inputs"]["channels"] == 1
    assert len(seen["inputs"]["mean"]) == 1
    name = "vit.embeddings.patch_embeddings.projection.weight"
    three, one, again = (
        load_file(each / "model.safetensors")[name]
        for each in (colours, tmp_path / "grey", tmp_path / "up")
    )
    assert torch.allclose(one, three.sum(dim=1, keepdim=True), atol=1e-6)
    assert torch.allclose(again.sum(dim=1), one[:, 0], atol=1e-6)


def test_a_picture_of_one_channel_is_nothing_that_a_family_starts_from(tmp_path):
    from headstart import weights
    from headstart.errors import WeightsError

    grey = saved(tmp_path / "grey", "resnet", "ResNetModel", num_channels=1)

    with pytest.raises(WeightsError, match="num_channels = `1`"):
        weights.need(str(grey))
