"""Headers alone tell names, shapes, dtypes and ties."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import save_file, save_model

from headstart.errors import WeightsError
from headstart.weights.formats import TensorFacts
from headstart.weights.inspection import modules_of
from headstart.weights.inspection.tensors import read_tensors


class Tied(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.words = torch.nn.Embedding(5, 3)
        self.head = torch.nn.Linear(3, 5, bias=False)
        self.head.weight = self.words.weight


def test_both_formats_tell_the_same(tmp_path):
    tensors = {"a.weight": torch.ones(2, 3), "a.steps": torch.tensor(3)}
    save_file(tensors, tmp_path / "m.safetensors")
    torch.save(tensors, tmp_path / "m.pth")

    both = [read_tensors([tmp_path / name]) for name in ("m.safetensors", "m.pth")]

    assert both[0].facts == both[1].facts
    assert both[0].learned == 6
    assert both[0].dtypes == {"F32": 6, "I64": 1}


@pytest.mark.parametrize("name", ["m.safetensors", "m.pth"])
def test_tied_tensors_are_told_in_both(tmp_path, name):
    made = Tied()
    if name.endswith("pth"):
        torch.save(made.state_dict(), tmp_path / name)
    else:
        save_model(made, str(tmp_path / name))

    found = read_tensors([tmp_path / name])

    assert len(found.facts) == 1
    assert len(found.ties) == 1
    assert {*found.facts, *found.ties} == {"words.weight", "head.weight"}


def test_an_old_file_of_torch_is_told_too(tmp_path):
    torch.save({"w": torch.ones(2)}, tmp_path / "m.pth", _use_new_zipfile_serialization=False)

    assert read_tensors([tmp_path / "m.pth"]).facts["w"].shape == (2,)


def test_shards_are_one_and_none_twice(tmp_path):
    save_file({"a": torch.ones(2)}, tmp_path / "a.safetensors")
    save_file({"b": torch.ones(3)}, tmp_path / "b.safetensors")
    paths = [tmp_path / "a.safetensors", tmp_path / "b.safetensors"]

    assert read_tensors(paths).learned == 5
    with pytest.raises(WeightsError, match="there twice"):
        read_tensors([paths[0], paths[0]])


def test_modules_are_told_by_the_ranks_of_their_tensors():
    def facts(*shape):
        return TensorFacts(dtype="F32", shape=shape)

    found = modules_of(
        {
            "stem.weight": facts(8, 3, 3, 3),
            "norm.weight": facts(8),
            "norm.bias": facts(8),
            "norm.running_mean": facts(8),
            "norm.running_var": facts(8),
            "word_embeddings.weight": facts(9, 4),
            "reader.weight_ih_l0": facts(8, 4),
            "reader.weight_hh_l0": facts(8, 2),
            "layer.weight": facts(4),
            "token": facts(1, 4),
        }
    )

    assert {each.name: (each.kind, each.parameters) for each in found} == {
        "stem": ("convolution", 216),
        "norm": ("batch norm", 16),
        "word_embeddings": ("embedding", 36),
        "reader": ("recurrent", 48),
        "layer": ("norm", 4),
        "token": ("tensors", 4),
    }
