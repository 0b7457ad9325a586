"""Parameters come as finite float32 tensors by name, or not at all."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import save_file

from headstart import weights
from headstart.errors import WeightsError
from headstart.weights import formats
from headstart.weights.opening import open_parameters

TENSORS = {
    "layer.weight": torch.arange(6.0).reshape(2, 3),
    "layer.half": torch.ones(2, dtype=torch.bfloat16),
    "steps": torch.tensor(7),
}


@pytest.fixture(params=["safetensors", "zip", "old"])
def path(request, tmp_path):
    """The same tensors in each of the formats that are opened."""
    if request.param == "safetensors":
        save_file(TENSORS, tmp_path / "model.safetensors")
        return tmp_path / "model.safetensors"
    torch.save(
        TENSORS, tmp_path / "model.pth", _use_new_zipfile_serialization=request.param == "zip"
    )
    return tmp_path / "model.pth"


def test_every_format_gives_the_same_tensors(path):
    opened = open_parameters([path])

    assert set(opened) == set(TENSORS)
    assert torch.equal(opened["layer.weight"], TENSORS["layer.weight"])
    assert opened["layer.half"].dtype == torch.float32
    assert opened["steps"].dtype == torch.int64


def test_any_cut_is_noticed(path):
    whole = path.read_bytes()

    for length in range(0, len(whole), max(1, len(whole) // 60)):
        path.write_bytes(whole[:length])
        with pytest.raises(WeightsError, match=path.name):
            open_parameters([path])


@pytest.mark.parametrize("wrapper", ["state_dict", "model_state_dict", "model_state", "model"])
def test_the_usual_wrapping_is_taken_off(wrapper, tmp_path):
    torch.save({wrapper: TENSORS, "epoch": 3}, tmp_path / "model.pth")

    assert set(open_parameters([tmp_path / "model.pth"])) == set(TENSORS)


def test_trained_parameters_come_without_their_gradients(tmp_path):
    torch.save({"w": torch.nn.Parameter(torch.ones(2))}, tmp_path / "model.pth")

    assert not open_parameters([tmp_path / "model.pth"])["w"].requires_grad


def test_values_that_are_not_finite_are_refused_by_name(tmp_path):
    tensors = {"good": torch.ones(2), "bad.weight": torch.tensor([1.0, float("nan")])}
    save_file(tensors, tmp_path / "model.safetensors")

    with pytest.raises(WeightsError, match=r"not finite, in `bad\.weight`"):
        open_parameters([tmp_path / "model.safetensors"])


def test_a_tensor_that_comes_twice_is_refused(tmp_path):
    for name in ("one", "two"):
        save_file({"w": torch.ones(2)}, tmp_path / f"{name}.safetensors")

    with pytest.raises(WeightsError, match="`w` is there twice"):
        open_parameters(sorted(tmp_path.iterdir()))


def test_the_header_lists_tensors_without_reading_them(tmp_path):
    save_file(TENSORS, tmp_path / "model.safetensors")

    header = formats.header(tmp_path / "model.safetensors")

    assert header["layer.weight"] == formats.TensorFacts(dtype="F32", shape=(2, 3))
    assert header["layer.half"].size == 2


def test_a_bare_file_is_a_checkpoint_of_tensors(path):
    found = weights.need(str(path))

    assert found.entry is None
    assert set(weights.state(found)) == set(TENSORS)
    with pytest.raises(WeightsError, match="nothing says which network"):
        weights.config(found)


def test_what_a_file_would_have_run_is_named_and_no_unsafe_way_is_offered(tmp_path):
    class Shell:
        def __reduce__(self):
            import os

            return os.system, ("true",)

    torch.save({"w": Shell()}, tmp_path / "model.pth")

    with pytest.raises(WeightsError, match=r"names `posix\.system`, which is code") as caught:
        open_parameters([tmp_path / "model.pth"])

    assert "weights_only" not in str(caught.value)
    assert "safetensors" in caught.value.hint
