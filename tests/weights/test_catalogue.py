"""The catalogue tells the truth: everything in it that can be checked on this machine is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from headstart.errors import AskError
from headstart.weights import catalogue
from headstart.weights.architectures import ARCHITECTURES
from headstart.weights.entry import ImageInputs, TextInputs
from headstart.weights.naming import RENAMES
from headstart.weights.sources import SOURCES

NAMES = catalogue.names()
BUILT_FROM = {
    "bert_base.uncased": {},
    "roberta_base.english": {
        "vocab_size": 50265,
        "max_position_embeddings": 514,
        "type_vocab_size": 1,
    },
    "distilbert_base.uncased": {},
    "distilbert_base.sst2": {"num_labels": 2},
    "minilm_l6.all_v2": {
        "hidden_size": 384,
        "intermediate_size": 1536,
        "num_hidden_layers": 6,
    },
    "t5_small.c4": {"num_layers": 6, "num_decoder_layers": 6},
    "t5_base.c4": {
        "d_model": 768,
        "d_ff": 3072,
        "num_layers": 12,
        "num_decoder_layers": 12,
        "num_heads": 12,
    },
    "vit_b_16.in21k_ft_in1k": {"num_labels": 1000},
    "clip_vit_b_32.openai": {},
}
every_entry = pytest.mark.parametrize("name", NAMES)


def of(library):
    names = [name for name in NAMES if catalogue.entry(name).library == library]
    return pytest.mark.parametrize("name", names)


@every_entry
def test_an_entry_is_called_like_its_file_and_says_everything(name):
    entry = catalogue.entry(name)

    assert entry.name == name
    assert re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", name)
    assert entry.architecture in ARCHITECTURES
    assert ARCHITECTURES[entry.architecture].modality == entry.modality
    assert ARCHITECTURES[entry.architecture].family == entry.family
    assert entry.learned
    assert isinstance(entry.inputs, TextInputs if entry.modality == "text" else ImageInputs)
    assert entry.parameters
    assert entry.trained_on
    assert entry.licence
    assert entry.reference
    assert entry.renames in (None, *RENAMES)


@every_entry
def test_a_hash_is_whole_or_absent_and_the_parameters_have_a_size(name):
    files = catalogue.entry(name).files

    for file in files:
        assert file.sha256 is None or re.fullmatch("[0-9a-f]{64}", file.sha256)
        assert file.bytes is None or file.bytes > 0
    assert all(file.bytes for file in files if file.holds_parameters)
    assert any(file.holds_parameters for file in files)


@every_entry
def test_every_source_is_of_a_known_kind_and_pinned(name):
    pinned = {"package": "version", "huggingface": "revision", "torchvision": "file"}

    for place in catalogue.entry(name).sources:
        assert place["kind"] in SOURCES
        assert place[pinned[place["kind"]]]


@of("transformers")
def test_the_parameters_of_a_transformers_network_are_counted(name):
    import torch
    import transformers

    entry = catalogue.entry(name)
    config = transformers.AutoConfig.for_model(entry.architecture, **BUILT_FROM[name])

    with torch.device("meta"):
        network = getattr(transformers, entry.network)(config)

    assert sum(each.numel() for each in network.parameters()) == entry.parameters


@of("torchvision")
def test_a_torchvision_entry_says_what_torchvision_says(name):
    from torchvision.models import get_model, get_weight

    entry = catalogue.entry(name)
    (place,) = entry.sources
    (file,) = entry.files
    weights = get_weight(place["weights"])
    transform = weights.transforms()

    assert weights.url.rpartition("/")[2] == place["file"] == file.name
    assert file.sha256.startswith(file.name.removesuffix(".pth").rpartition("-")[2])
    assert abs(file.bytes / 2**20 - weights.meta["_file_size"]) < 0.001
    assert weights.meta["num_params"] == entry.parameters
    assert len(weights.meta["categories"]) == entry.labels.number
    assert [entry.inputs.size] == transform.crop_size
    assert [entry.inputs.resize] == transform.resize_size
    assert entry.inputs.interpolation == transform.interpolation.value
    assert [*entry.inputs.mean, *entry.inputs.std] == [*transform.mean, *transform.std]
    assert get_model(entry.network, weights=None) is not None


@of("timm")
def test_the_parameters_of_a_timm_network_are_counted(name):
    import timm

    entry = catalogue.entry(name)

    network = timm.create_model(entry.network, pretrained=False)

    assert sum(each.numel() for each in network.parameters()) == entry.parameters
    assert network.num_classes == entry.labels.number
    assert network.default_cfg["interpolation"] == entry.inputs.interpolation
    assert network.default_cfg["crop_pct"] == entry.inputs.size / entry.inputs.resize


@every_entry
def test_the_size_of_a_file_is_four_bytes_a_parameter_and_little_else(name):
    entry = catalogue.entry(name)
    size = sum(file.bytes for file in entry.files if file.holds_parameters)

    rest = size - 4 * entry.parameters

    assert 0 < rest < 0.02 * size


def test_clip_sees_pictures_as_its_processor_shows_them():
    from transformers import image_utils

    inputs = catalogue.entry("clip_vit_b_32.openai").inputs

    assert list(inputs.mean) == image_utils.OPENAI_CLIP_MEAN
    assert list(inputs.std) == image_utils.OPENAI_CLIP_STD


def test_the_list_of_imagenet_is_the_one_of_torchvision():
    from torchvision.models import ResNet18_Weights

    names = catalogue.label_list("imagenet_1k")

    assert list(names) == ResNet18_Weights.IMAGENET1K_V1.meta["categories"]


@every_entry
def test_the_page_about_checkpoints_says_the_same(name):
    entry = catalogue.entry(name)
    page = Path(__file__).parents[2] / "docs" / "reference" / "checkpoints.md"

    (row,) = [line for line in page.read_text().splitlines() if line.startswith(f"| `{name}` |")]

    _, _, modality, parameters, size, _, labels, licence, _, _ = map(str.strip, row.split("|"))
    assert modality == entry.modality
    assert parameters == f"{entry.parameters:,}"
    assert size == f"{entry.bytes / 1e6:,.0f} MB"
    assert labels == (str(entry.labels.number) if entry.labels else "")
    assert licence == entry.licence


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(AskError, match=r"no checkpoint `minilm_l6\.all`. Did you mean `minilm_l6"):
        catalogue.entry("minilm_l6.all")


def test_a_classifier_names_its_outputs():
    labels = catalogue.entry("distilbert_base.sst2").labels

    assert labels.names == ("NEGATIVE", "POSITIVE")
    assert len(catalogue.entry("resnet18.in1k").labels.names) == 1000
    assert catalogue.entry("minilm_l6.all_v2").labels is None
