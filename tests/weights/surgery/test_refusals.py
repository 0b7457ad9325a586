"""What is refused, and that the words name tensor, expected, found and the way out."""

import json
import struct

import pytest
import torch
from _tiny import network
from safetensors.torch import save_file
from torch import nn

from headstart import weights
from headstart.errors import AskError, WeightsError


def saved(tmp_path, state, **options):
    path = tmp_path / "model.safetensors"
    save_file(state, path, **options)
    return path


def test_a_state_dict_of_a_different_model(tmp_path):
    path = saved(tmp_path, network("resnet").state_dict())

    with pytest.raises(
        WeightsError, match=r"is a different model: .* is expected, and the largest"
    ):
        weights.plan(path, network("bert"))


def test_a_value_that_is_not_finite_is_named_before_anything_is_kept(tmp_path):
    state = network("bert").state_dict()
    state["bert.pooler.dense.bias"][3] = float("nan")
    path = saved(tmp_path, state)

    plan = weights.plan(path, network("bert", seed=2))  # a plan reads no numbers

    with pytest.raises(WeightsError, match=r"`bert.pooler.dense.bias` holds 1 values that are not"):
        plan.apply()


def test_a_tensor_without_entries():
    state = {**nn.Linear(2, 2).state_dict(), "empty": torch.zeros(0, 4)}

    with pytest.raises(WeightsError, match=r"`empty` .* has no entries: its shape is \(0, 4\)"):
        weights.plan(state, nn.Linear(2, 2))


def test_numbers_of_eight_bits():
    state = {"weight": torch.zeros(2, 2).to(torch.float8_e4m3fn), "bias": torch.zeros(2)}

    with pytest.raises(WeightsError, match=r"`weight` .* is stored as float8_e4m3fn: quantised"):
        weights.plan(state, nn.Linear(2, 2))


def test_a_file_of_numbers_of_eight_bits(tmp_path):
    header = {"weight": {"dtype": "F8_E4M3", "shape": [2, 2], "data_offsets": [0, 4]}}
    text = json.dumps(header).encode()
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(4))

    with pytest.raises(WeightsError, match="`weight` is F8_E4M3"):
        weights.plan(path, nn.Linear(2, 2))


def test_whole_numbers_in_place_of_weights():
    state = {"weight": torch.zeros(2, 2, dtype=torch.int32), "bias": torch.zeros(2)}

    with pytest.raises(WeightsError, match=r"`weight` .* is stored as int32, whole numbers"):
        weights.plan(state, nn.Linear(2, 2))


def test_attention_is_never_cut_without_its_heads():
    state = network("vit").state_dict()

    plan = weights.plan(state, network("vit", "narrower"))
    told = weights.plan(state, network("vit", "narrower"), heads=2)

    query = "vit.layers.0.attention.q_proj.weight"
    assert "how many heads" in plan.of(query).because
    assert told.of(query).action == "adapted"


def test_a_target_without_memory():
    with torch.device("meta"):
        target = nn.Linear(2, 2)

    plan = weights.plan(nn.Linear(2, 2), target)

    with pytest.raises(WeightsError, match="meta device and holds no numbers"):
        plan.apply()


def test_a_choice_that_cannot_fit():
    plan = weights.plan(nn.Linear(4, 2), nn.Linear(4, 2))

    with pytest.raises(WeightsError, match=r"`weight` cannot come from `bias`: it is \(2,\)"):
        plan.choose("weight", "bias")
    with pytest.raises(AskError, match=r"no tensor `wieght` in the target. Did you mean `weight`"):
        plan.choose("wieght", None)


def test_what_is_no_source_and_no_target(tmp_path):
    with pytest.raises(WeightsError, match="weights cannot be taken from int"):
        weights.plan(7, nn.Linear(2, 2))
    path = saved(tmp_path, nn.Linear(2, 2).state_dict())
    with pytest.raises(WeightsError, match="nothing says which network"):
        weights.plan(path, str(path))
    with pytest.raises(AskError, match="no target `text_encodr`"):
        weights.plan(path, "text_encodr")
