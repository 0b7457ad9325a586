"""Halves of two checkpoints are told apart when a folder is opened, without building a network."""

from __future__ import annotations

import pytest
import torch
import transformers
from _made import SMALL, WHOLE_CLIP, network, rewritten, saved
from safetensors.torch import load_file, save_file

from headstart import weights
from headstart.errors import WeightsError
from headstart.records.absence import Absence
from headstart.weights.architectures import ARCHITECTURES
from headstart.weights.inspection.agreement import SIZES

SAVED = {
    name: WHOLE_CLIP if name == "clip" else known.encoder for name, known in ARCHITECTURES.items()
}
OTHER_SIZES = [
    ("bert", {"vocab_size": 41}),
    ("bert", {"hidden_size": 32}),
    ("bert", {"intermediate_size": 48}),
    ("bert", {"num_hidden_layers": 1}),
    ("bert", {"num_hidden_layers": 3}),
    ("bert", {"max_position_embeddings": 25}),
    ("bert", {"type_vocab_size": 1}),
    ("bert", {"num_attention_heads": 3}),
    ("roberta", {"hidden_size": 32}),
    ("distilbert", {"dim": 8}),
    ("distilbert", {"n_layers": 1}),
    ("distilbert", {"n_heads": 5}),
    ("t5", {"d_ff": 25}),
    ("t5", {"num_heads": 4}),
    ("t5", {"feed_forward_proj": "gated-gelu"}),
    ("vit", {"patch_size": 4}),
    ("vit", {"image_size": 64}),
    ("vit", {"intermediate_size": 23}),
    ("resnet", {"hidden_sizes": [8, 32]}),
    ("resnet", {"layer_type": "bottleneck"}),
    ("resnet", {"depths": [1, 2]}),
    ("resnet", {"embedding_size": 4}),
    ("convnext", {"hidden_sizes": [8, 24]}),
    ("convnext", {"depths": [2, 1]}),
    ("convnext", {"patch_size": 2}),
    ("efficientnet", {"width_coefficient": 2.0}),
    ("efficientnet", {"num_block_repeats": [2]}),
    ("clip", {"projection_dim": 16}),
]


def test_every_architecture_has_sizes():
    assert set(SIZES) == set(ARCHITECTURES)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_sizes_hold_for_the_network_that_the_library_builds_from_nothing(name):
    with torch.device("meta"):
        made = getattr(transformers, SAVED[name])(transformers.AutoConfig.for_model(name))
    shapes = {key: tuple(value.shape) for key, value in made.state_dict().items()}
    plan = SIZES[name]
    named = dict(plan.shapes(plan.whole({})))

    renamed = {
        key.removeprefix(plan.prefix).replace("layers.", "encoder.layer.", 1)
        if name == "vit" and key.startswith("layers.")
        else key: value
        for key, value in shapes.items()
    }
    for new, old in plan.aliases[1:]:
        renamed = {key.replace(new, old): value for key, value in renamed.items()}

    assert len(named) > 1
    assert {key: renamed.get(key) for key in named} == named


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_whole_checkpoint_is_opened(name, tmp_path):
    folder = saved(tmp_path / "model", name, SAVED[name])

    assert weights.need(str(folder)).entry.architecture == name


@pytest.mark.parametrize(
    ("name", "changes"), OTHER_SIZES, ids=[f"{n}-{next(iter(c))}" for n, c in OTHER_SIZES]
)
def test_a_configuration_of_another_checkpoint_is_refused_when_it_is_opened(
    name, changes, tmp_path
):
    folder = rewritten(saved(tmp_path / "model", name, SAVED[name]), **changes)

    found = weights.find(str(folder))

    assert isinstance(found, Absence)
    assert found.damaged
    assert "not of the same checkpoint" in found.because + found.hint
    assert "copy" in found.hint.lower()


def test_other_vision_sizes_of_clip_are_refused(tmp_path):
    folder = saved(tmp_path / "model", "clip", WHOLE_CLIP)
    rewritten(folder, vision_config={**SMALL["clip"]["vision_config"], "intermediate_size": 32})

    with pytest.raises(WeightsError, match=r"mlp\.fc1\.weight.*has the shape \(24, 16\)"):
        weights.need(str(folder))


def test_other_text_sizes_of_clip_are_refused_where_the_file_has_that_side(tmp_path):
    folder = saved(tmp_path / "model", "clip", WHOLE_CLIP)
    rewritten(folder, text_config={**SMALL["clip"]["text_config"], "vocab_size": 41})
    with pytest.raises(WeightsError, match=r"token_embedding\.weight.*wants \(41, 16\)"):
        weights.need(str(folder))

    tensors = load_file(folder / "model.safetensors")
    seeing = {name: each for name, each in tensors.items() if not name.startswith("text_")}
    save_file(seeing, folder / "model.safetensors")
    assert weights.need(str(folder)).entry.architecture == "clip"


def test_a_head_for_another_number_of_labels_is_refused(tmp_path):
    folder = saved(tmp_path / "model", "bert", "BertForSequenceClassification", num_labels=3)
    rewritten(folder, id2label={"0": "a", "1": "b"})

    with pytest.raises(WeightsError, match="names 2 labels"):
        weights.need(str(folder))


def test_a_file_of_torch_is_held_to_its_configuration_too(tmp_path):
    folder = saved(tmp_path / "model", "bert", "BertModel")
    (folder / "model.safetensors").unlink()
    torch.save(network("bert", "BertModel").state_dict(), folder / "pytorch_model.bin")
    rewritten(folder, intermediate_size=48)

    with pytest.raises(WeightsError, match="not of the same checkpoint"):
        weights.need(str(folder))


def test_whole_numbers_in_the_place_of_parameters_are_refused(tmp_path):
    folder = saved(tmp_path / "model", "bert", "BertModel")
    tensors = {
        name: value.char() for name, value in network("bert", "BertModel").state_dict().items()
    }
    save_file(tensors, folder / "model.safetensors")

    with pytest.raises(WeightsError, match="is I8; numbers with a fraction are wanted"):
        weights.need(str(folder))
