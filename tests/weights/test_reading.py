"""What `save_pretrained` wrote is read into facts, and opened into the same network."""

from __future__ import annotations

import json

import pytest
import torch
import transformers
from _made import SMALL, WHOLE_CLIP, network, rewritten, saved

from headstart import weights
from headstart.errors import WeightsError
from headstart.weights import Found, ImageInputs, Labels
from headstart.weights.architectures import ARCHITECTURES
from headstart.weights.reading import read_entry

BARE = {
    name: WHOLE_CLIP if name == "clip" else known.encoder for name, known in ARCHITECTURES.items()
}
WITH_HEAD = {name: known.classifier for name, known in ARCHITECTURES.items() if known.classifier}
TOKENS = torch.arange(1, 9).reshape(1, 8)
HALF = {"mean": (0.5, 0.5, 0.5), "std": (0.5, 0.5, 0.5)}
PICTURE = torch.linspace(-1, 1, 3 * 32 * 32).reshape(1, 3, 32, 32)


def rebuilt(found, class_name, **more):
    """The network of a checkpoint, made from `config` and `state` alone."""
    read = weights.config(found)
    config = transformers.AutoConfig.for_model(read.architecture, **read.values, **more)
    kind = getattr(transformers, class_name)
    made, told = kind.from_pretrained(
        None, config=config, state_dict=weights.state(found), output_loading_info=True
    )
    assert not any(told.values()), told
    return made.eval()


def answer(made, modality):
    with torch.no_grad():
        match modality:
            case "text":
                return made(input_ids=TOKENS)[0]
            case "series":
                return made(past_values=torch.linspace(-1, 1, 32).reshape(1, 32, 1))[0]
            case "audio":
                return _heard(made)
        more = {"input_ids": TOKENS} if made.config.model_type == "align" else {}
        return made(pixel_values=PICTURE, **more)[0]


def _heard(made):
    if made.config.model_type == "wav2vec2":
        return made(input_values=torch.linspace(-1, 1, 400).reshape(1, 400))[0]
    more = {"decoder_input_ids": TOKENS} if hasattr(made, "decoder") else {}
    return made(input_features=torch.linspace(-1, 1, 256).reshape(1, 8, 32), **more)[0]


@pytest.mark.parametrize(("architecture", "class_name"), BARE.items(), ids=list(BARE))
def test_a_saved_network_answers_as_it_did_before(architecture, class_name, tmp_path):
    folder = saved(tmp_path / "model", architecture, class_name)
    before = network(architecture, class_name)

    found = weights.need(str(folder))

    after = rebuilt(found, class_name)
    assert found.entry.architecture == architecture
    assert found.entry.parameters == sum(each.numel() for each in before.parameters())
    if architecture == "clip":
        with torch.no_grad():
            seen = [each.get_image_features(PICTURE).pooler_output for each in (before, after)]
        assert torch.allclose(*seen, atol=1e-6)
    else:
        modality = found.entry.modality
        assert torch.allclose(answer(after, modality), answer(before, modality), atol=1e-6)


@pytest.mark.parametrize(("architecture", "class_name"), WITH_HEAD.items(), ids=list(WITH_HEAD))
def test_a_saved_classifier_is_known_as_one(architecture, class_name, tmp_path):
    named = {"id2label": {0: "cat", 1: "dog", 2: "owl"}, "label2id": {"cat": 0, "dog": 1, "owl": 2}}
    folder = saved(tmp_path / "model", architecture, class_name, **named)

    found = weights.need(str(folder))

    assert found.entry.network == class_name
    assert found.entry.labels == Labels(number=3, names=("cat", "dog", "owl"))
    after = rebuilt(found, class_name, num_labels=3)
    before = network(architecture, class_name, num_labels=3)
    modality = found.entry.modality
    assert torch.allclose(answer(after, modality), answer(before, modality), atol=1e-6)


def test_an_encoder_has_no_labels(tmp_path):
    assert read_entry(saved(tmp_path, "bert", "BertModel"), "mine").labels is None


def test_generic_labels_are_counted_and_not_named(tmp_path):
    folder = saved(tmp_path, "bert", "BertForSequenceClassification", num_labels=3)

    assert read_entry(folder, "mine").labels == Labels(number=3)


def test_shards_are_opened_as_one(tmp_path):
    made = network("bert", "BertModel")
    made.save_pretrained(tmp_path, max_shard_size="4KB")

    found = weights.need(str(tmp_path))

    assert len(found.parameter_files) > 1
    assert torch.allclose(
        answer(rebuilt(found, "BertModel"), "text"), answer(made, "text"), atol=1e-6
    )


def test_a_missing_shard_is_named(tmp_path):
    network("bert", "BertModel").save_pretrained(tmp_path, max_shard_size="4KB")
    lost = next(iter(sorted(tmp_path.glob("model-*.safetensors"))))
    lost.unlink()

    absence = weights.find(str(tmp_path))

    assert lost.name in absence.because


def test_a_shard_outside_of_the_folder_is_refused(tmp_path):
    network("bert", "BertModel").save_pretrained(tmp_path / "model", max_shard_size="4KB")
    index = tmp_path / "model" / "model.safetensors.index.json"
    table = json.loads(index.read_text())
    table["weight_map"] = dict.fromkeys(table["weight_map"], "../stolen.safetensors")
    index.write_text(json.dumps(table))

    absence = weights.find(str(tmp_path / "model"))

    assert absence.damaged
    assert "leads out of its folder" in absence.because


def test_parameters_that_torch_wrote_are_opened_without_running_anything(tmp_path):
    made = network("bert", "BertForSequenceClassification", num_labels=3)
    made.save_pretrained(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    torch.save(made.state_dict(), tmp_path / "pytorch_model.bin")

    found = weights.need(str(tmp_path))

    assert found.entry.parameters == sum(each.numel() for each in made.parameters())
    assert found.entry.labels == Labels(number=3)
    after = rebuilt(found, "BertForSequenceClassification", num_labels=3)
    assert torch.allclose(answer(after, "text"), answer(made, "text"), atol=1e-6)


def test_a_configuration_that_its_files_cannot_hold_is_refused(tmp_path):
    folder = rewritten(saved(tmp_path, "bert", "BertModel"), vocab_size=2_000_000)

    absence = weights.find(str(folder))

    assert absence.damaged
    assert "32,0" in absence.because
    assert "parameters or more" in absence.because


def test_an_adapter_alone_is_refused_in_words(tmp_path):
    (tmp_path / "adapter_config.json").write_text('{"base_model_name_or_path": "../x"}')

    absence = weights.find(str(tmp_path))

    assert "adapter alone" in absence.because
    assert "merge" in absence.hint


@pytest.mark.parametrize("name", ["tokenizer_config.json", "preprocessor_config.json"])
def test_every_document_of_a_folder_may_poison_and_is_refused(name, tmp_path):
    architecture = "bert" if name.startswith("tokenizer") else "vit"
    folder = saved(tmp_path, architecture, BARE[architecture])
    (folder / name).write_text(json.dumps({"auto_map": {"AutoTokenizer": ["own.Own", None]}}))

    absence = weights.find(str(folder))

    assert absence.damaged
    assert "asks for foreign code: `auto_map`" in absence.because


def test_files_of_code_beside_the_parameters_are_never_read(tmp_path):
    folder = saved(tmp_path / "model", "bert", "BertModel")
    (folder / "modeling_own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    (folder / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")

    found = weights.need(str(folder))
    rebuilt(found, "BertModel")

    assert not (tmp_path / "ran").exists()


def test_the_longest_text_is_the_shortest_limit_that_is_stated(tmp_path):
    folder = saved(tmp_path, "bert", "BertModel")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"model_max_length": 10**30, "do_lower_case": True})
    )
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 20}))

    inputs = read_entry(folder, "mine").inputs

    assert inputs.longest == 20
    assert inputs.lower_case


def test_roberta_never_uses_its_first_positions(tmp_path):
    assert read_entry(saved(tmp_path, "roberta", "RobertaModel"), "mine").inputs.longest == 24


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({}, ImageInputs(size=32, resize=32, crop="none", interpolation="bilinear", **HALF)),
        (
            {"size": {"height": 48, "width": 48}, "resample": 3, "do_center_crop": False},
            ImageInputs(size=48, resize=48, crop="none", interpolation="bicubic", **HALF),
        ),
        (
            {"size": {"shortest_edge": 256}, "crop_size": 224, "do_center_crop": True},
            ImageInputs(size=224, resize=256, crop="center", interpolation="bilinear", **HALF),
        ),
        (
            {"size": {"shortest_edge": 224}, "crop_pct": 0.875, "resample": 3},
            ImageInputs(size=224, resize=256, crop="center", interpolation="bicubic", **HALF),
        ),
        (
            {"size": 10**9, "image_mean": ["x", 1, 2], "image_std": [1, 2]},
            ImageInputs(size=32, resize=32, crop="none", interpolation="bilinear", **HALF),
        ),
    ],
    ids=["nothing", "square", "cropped", "share", "nonsense"],
)
def test_pictures_are_prepared_as_the_preprocessor_says(written, read, tmp_path):
    folder = saved(tmp_path, "vit", "ViTModel")
    (folder / "preprocessor_config.json").write_text(json.dumps(written))

    assert read_entry(folder, "mine").inputs == read


def test_a_place_that_is_known_is_verified_again(tmp_path):
    folder = saved(tmp_path / "model", "bert", "BertModel")

    found = weights.at("mine", folder)

    assert isinstance(found, Found)
    assert found.name == "mine"
    (folder / "model.safetensors").write_bytes(b"<html>")
    with pytest.raises(WeightsError, match="a web page"):
        weights.at("mine", folder)


def test_every_small_architecture_is_tried():
    assert set(SMALL) == set(ARCHITECTURES)
