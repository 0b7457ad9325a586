"""The network of a checkpoint without its parameters, and whether these would fit."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
sys.path.append(str(Path(__file__).parents[1] / "weights"))

from _made import SMALL, WHOLE_CLIP, saved  # noqa: E402

from headstart import weights  # noqa: E402
from headstart.errors import WeightsError  # noqa: E402
from headstart.networks.blueprint import blueprint  # noqa: E402
from headstart.weights import catalogue  # noqa: E402
from headstart.weights.architectures import ARCHITECTURES  # noqa: E402
from headstart.weights.configuration import Configuration  # noqa: E402
from headstart.weights.formats import TensorFacts  # noqa: E402
from headstart.weights.inspection import tensors_of  # noqa: E402

CLASSES = [
    (name, each)
    for name, known in ARCHITECTURES.items()
    for each in (
        WHOLE_CLIP if name == "clip" else known.encoder,
        known.classifier,
        *known.others,
    )
    if each
]
OWN = [name for name in catalogue.names() if catalogue.entry(name).library != "transformers"]


@pytest.mark.parametrize(("name", "kind"), CLASSES, ids=[kind for _, kind in CLASSES])
def test_every_tensor_of_every_architecture_has_its_place(name, kind, tmp_path):
    found = weights.need(str(saved(tmp_path / "model", name, kind)))
    tensors = tensors_of(found).facts

    plan = blueprint(found.entry, weights.config(found), tensors)

    assert set(tensors) == plan.placed(tensors)
    seen = plan.traced()
    assert sum(layer.parameters for layer in seen.layers) == sum(
        facts.size for each, facts in tensors.items() if facts.is_learned(each)
    )
    alone = ("temperature", "logit_scale", "masked_spec_embed")  # held by the network itself
    assert all(layer.output for layer in seen.layers if layer.name not in alone)
    assert seen.depth > 1


@pytest.mark.parametrize("name", OWN)
def test_networks_of_other_libraries_have_the_parameters_of_their_entry(name):
    entry = catalogue.entry(name)
    pytest.importorskip(entry.library)

    plan = blueprint(entry, Configuration(architecture=entry.architecture, values={}), ())
    seen = plan.traced()

    assert sum(layer.parameters for layer in seen.layers) == entry.parameters
    assert seen.layers[-1].output[-1] == entry.labels.number


def test_no_memory_is_used_for_parameters(tmp_path):
    found = weights.need(str(saved(tmp_path / "model", "bert", "BertModel")))

    plan = blueprint(found.entry, weights.config(found), tensors_of(found).facts)

    assert {each.device.type for each in plan.network.parameters()} == {"meta"}


def test_one_side_of_clip_is_seen_alone_where_the_file_has_no_other(tmp_path):
    found = weights.need(str(saved(tmp_path / "model", "clip", WHOLE_CLIP)))
    tensors = tensors_of(found).facts
    seeing = {name: each for name, each in tensors.items() if name.startswith("vis")}

    plan = blueprint(found.entry, weights.config(found), seeing)

    assert type(plan.network).__name__ == "CLIPVisionModelWithProjection"
    assert plan.placed(seeing) == set(seeing)


def test_a_missing_parameter_is_named(tmp_path):
    found = weights.need(str(saved(tmp_path / "model", "bert", "BertModel")))
    tensors = dict(tensors_of(found).facts)
    del tensors["encoder.layer.1.output.dense.bias"]
    plan = blueprint(found.entry, weights.config(found), tensors)

    with pytest.raises(WeightsError, match=r"encoder\.layer\.1\.output\.dense\.bias.*is missing"):
        plan.placed(tensors)


def test_a_configuration_that_no_library_builds_is_refused_in_words(tmp_path):
    found = weights.need(str(saved(tmp_path / "model", "bert", "BertModel")))
    values = {**SMALL["bert"], "num_attention_heads": 3}

    with pytest.raises(WeightsError, match="describes no network"):
        blueprint(found.entry, Configuration(architecture="bert", values=values), ())


def test_old_names_find_their_place(tmp_path):
    found = weights.need(str(saved(tmp_path / "model", "bert", "BertModel")))
    plan = blueprint(found.entry, weights.config(found), ())

    assert plan.name("bert.embeddings.LayerNorm.gamma") == "embeddings.LayerNorm.weight"
    assert plan.name("cls.predictions.bias") is None
    assert TensorFacts(dtype="F32", shape=(2,)).is_learned("a.bias")
