"""Files of CTranslate2 are read as plain tables, or refused; nothing in them runs."""

import struct

import pytest
import torch
from _ctranslate2 import whisper, write
from _made import network, saved

import headstart as hs
from headstart import weights
from headstart.errors import WeightsError
from headstart.weights import formats
from headstart.weights.opening import open_parameters

TENSORS = {
    "a/weight": torch.arange(6.0).reshape(2, 3),
    "a/half": torch.tensor([0.5, 2.0], dtype=torch.float16),
    "flag": torch.tensor(1, dtype=torch.int8),
}


def test_tensors_and_their_further_names_are_read(tmp_path):
    path = write(tmp_path / "model.bin", TENSORS, [("b/weight", "a/weight")])

    assert formats.examine(path) == "ctranslate2"
    found = open_parameters([path])
    assert found.keys() == {*TENSORS, "b/weight"}
    assert torch.equal(found["a/weight"], TENSORS["a/weight"])
    assert torch.equal(found["b/weight"], TENSORS["a/weight"])
    assert found["a/half"].tolist() == [0.5, 2.0]
    told = hs.inspect(path)
    assert told.ties == {"b/weight": "a/weight"}
    assert told.dtypes == {"F32": 6, "F16": 2, "I8": 1}


def test_every_cut_is_noticed(tmp_path):
    path = write(tmp_path / "model.bin", TENSORS, [("b/weight", "a/weight")])
    whole = path.read_bytes()

    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(WeightsError, match=r"model\.bin"):
            open_parameters([path])


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 5},
        {"spec": "../../x"},
        {"ties": [("b", "nowhere")]},
        {"ties": [("flag", "a/weight")]},
    ],
    ids=str,
)
def test_what_is_no_such_file_is_refused(wrong, tmp_path):
    path = write(tmp_path / "model.bin", TENSORS, **wrong)

    with pytest.raises(WeightsError, match=r"model\.bin"):
        open_parameters([path])


def test_sizes_beyond_the_file_are_refused_unread(tmp_path):
    path = write(tmp_path / "model.bin", {"a": torch.zeros(2, 3)})
    whole = path.read_bytes()
    sizes = struct.pack("<B2I", 2, 2, 3)
    assert whole.count(sizes) == 1
    path.write_bytes(whole.replace(sizes, struct.pack("<B2I", 2, 2**31, 2**31)))

    with pytest.raises(WeightsError, match="cut off or damaged"):
        open_parameters([path])


def test_quantised_weights_are_refused_when_they_are_moved(tmp_path):
    tensors = {"encoder/conv1/weight": torch.zeros(4, 4, dtype=torch.int8)}
    path = write(tmp_path / "model.bin", tensors)

    with pytest.raises(WeightsError, match="quantised"):
        weights.plan(path, torch.nn.Linear(4, 4))


def test_a_whisper_of_ctranslate2_becomes_one_of_transformers(tmp_path, capsys):
    made = network("whisper", "WhisperForConditionalGeneration")
    path = write(tmp_path / "model.bin", whisper(made.state_dict()))
    folder = saved(tmp_path / "goal", "whisper", "WhisperForConditionalGeneration")

    plan = weights.plan(path, folder)
    ours = plan.apply(check=False).network.state_dict()

    assert plan.coverage == 1.0
    assert not plan.open
    assert all(torch.equal(ours[name], value) for name, value in made.state_dict().items())
    dropped = [move.sources for move in plan.moves if move.action == "dropped"]
    assert dropped == [("decoder/scale_embeddings",)]
