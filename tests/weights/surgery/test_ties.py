"""Tied weights stay tied."""

import pytest
import torch
from _tiny import network
from safetensors.torch import load_file, save_file

from headstart import weights
from headstart.errors import WeightsError
from headstart.weights.surgery.ties import resolved


def test_chains_of_ties_lead_to_the_name_that_is_kept():
    assert resolved({"a": "b", "b": "c"}) == {"a": "c", "b": "c"}


def test_a_tied_tensor_is_moved_once_and_stays_one():
    source, target = network("t5"), network("t5", seed=2)

    plan = weights.plan(source, target)
    plan.apply()

    assert target.shared.weight is target.encoder.embed_tokens.weight
    assert "tied to `shared.weight`" in plan.of("encoder.embed_tokens.weight").because
    assert plan.of("encoder.embed_tokens.weight").parameters == 0


def test_a_file_that_keeps_a_tied_tensor_under_its_second_name_fits(tmp_path):
    state = network("t5").state_dict()
    del state["shared.weight"]
    save_file(state, tmp_path / "model.safetensors")

    plan = weights.plan(tmp_path / "model.safetensors", network("t5", seed=2))

    assert plan.of("shared.weight").sources == ("encoder.embed_tokens.weight",)
    assert plan.coverage == 1.0


def test_ties_in_a_circle_are_refused(tmp_path):
    path = tmp_path / "model.safetensors"
    save_file({"c": torch.ones(2)}, path, metadata={"a": "b", "b": "a", "format": "pt"})
    assert set(load_file(path)) == {"c"}

    with pytest.raises(WeightsError, match="lead in a circle: `a` -> `b` -> `a`"):
        weights.plan(path, torch.nn.Linear(1, 1))
