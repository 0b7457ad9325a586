"""Control arms of both encoders: the same network, and nothing of what the checkpoint knows."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from headstart.families.neural import image_encoder, text_encoder
from headstart.records import (
    Candidate,
    Column,
    FineTune,
    Scratch,
    Table,
    Task,
    Transfer,
)
from headstart.session import Session
from headstart.testing.checkpoints import make_picture_encoder, make_text_encoder

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
Image = pytest.importorskip("PIL.Image")

pytestmark = pytest.mark.xdist_group("torch")
TASK = Task(kind="classification", targets=("kind",), classes=(("a", "b"),), metric="accuracy")
NAME = "tiny"
STILL = {"passes": 1, "batch": 8, "learning_rate": 1e-7, "half": False}
"""One pass at a rate that moves nothing that could be seen."""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A checkpoint for pictures, and rows that it can look at."""
    root, random = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    for place in range(24):
        pixels = random.integers(0, 255, (32, 32, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(root / f"{place}.png")
    columns = (
        Column(name="photo", modality="image"),
        Column(name="kind", modality="category", role="target"),
    )
    arrow = pa.table({"photo": [f"{place}.png" for place in range(24)], "kind": ["a", "b"] * 12})
    data = Table(columns=columns, arrow=arrow, row_ids=np.arange(24), media_root=root)
    place = make_picture_encoder(tmp_path_factory.mktemp("seer"))
    return image_encoder, replace(image_encoder.Settings(), size=32, **STILL), place, data


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """A checkpoint for texts, and rows that it can read."""
    columns = (
        Column(name="note", modality="text"),
        Column(name="kind", modality="category", role="target"),
    )
    notes = ["light and dry", "heavy wet"] * 12
    arrow = pa.table({"note": notes, "kind": ["a", "b"] * 12})
    data = Table(columns=columns, arrow=arrow, row_ids=np.arange(24))
    place = make_text_encoder(tmp_path_factory.mktemp("reader"))
    return text_encoder, replace(text_encoder.Settings(), **STILL), place, data


CASES = ("pictures", "texts")


@pytest.fixture(params=CASES)
def case(request):
    return request.getfixturevalue(request.param)


def _begun(case, start, folder, **settings):
    """The model after steps that moved nothing, and the checkpoint's own tensors."""
    family, quick, place, data = case
    folder.mkdir()
    session = Session(seed=1, folder=folder, rows=len(data), checkpoints={NAME: place})
    candidate = Candidate(
        name="x", family=family.CARD.name, settings=replace(quick, **settings), start=start
    )
    model = family.fit(candidate, TASK, data, session)
    ours = model.network.trunk.network.state_dict()
    theirs = transformers.AutoModel.from_pretrained(place).state_dict()
    return model, ours, {name: theirs[name] for name in ours if name in theirs}


def _is_matrix(value):
    return value.is_floating_point() and value.ndim > 1 and value.numel() > 64


def test_random_weights_are_the_networks_own_first_values(case, tmp_path):
    start = FineTune(checkpoints=(NAME,), control="random")
    model, ours, theirs = _begun(case, start, tmp_path / "one")
    _, scratch, _ = _begun(case, Scratch(checkpoints=(NAME,)), tmp_path / "two")

    assert model.receipt.moves == ()
    for name, value in theirs.items():
        if _is_matrix(value):
            assert not torch.allclose(ours[name], value, atol=1e-3)
            assert torch.allclose(ours[name], scratch[name], atol=1e-3)


def test_shuffled_weights_have_the_checkpoints_numbers_in_another_order(case, tmp_path):
    start = FineTune(checkpoints=(NAME,), control="shuffled")
    model, ours, theirs = _begun(case, start, tmp_path / "one")

    matrices = [name for name, value in theirs.items() if _is_matrix(value)]
    assert matrices
    for name in matrices:
        before, after = theirs[name].float(), ours[name]
        assert torch.allclose(before.flatten().sort()[0], after.flatten().sort()[0], atol=1e-4)
        assert not torch.allclose(before, after, atol=1e-3)
    assert "entries shuffled" in {move.how for move in model.receipt.moves}


@pytest.mark.parametrize("layers", ["head", "last"])
def test_a_control_lets_everything_learn(case, tmp_path, layers):
    start = FineTune(checkpoints=(NAME,), layers=layers, control="random")
    _, still, _ = _begun(case, start, tmp_path / "one")
    _, moved, _ = _begun(case, start, tmp_path / "two", learning_rate=0.05)

    for name, value in still.items():
        if _is_matrix(value) and "position" not in name and "token_type" not in name:
            assert not torch.allclose(value, moved[name], atol=1e-4), name


def test_a_transferred_encoder_keeps_the_hidden_layer_of_its_leader(case, tmp_path):
    start = Transfer(checkpoints=(NAME,), part="encoder", control="shuffled")
    model, _, _ = _begun(case, start, tmp_path / "one")

    assert model.network.hidden is not None


def test_the_rate_is_that_of_weights_which_know_nothing(case, tmp_path):
    start = FineTune(checkpoints=(NAME,), control="random")
    control, _, _ = _begun(case, start, tmp_path / "one", learning_rate=None)
    scratch, _, _ = _begun(case, Scratch(checkpoints=(NAME,)), tmp_path / "two", learning_rate=None)
    tuned, _, _ = _begun(
        case, FineTune(checkpoints=(NAME,)), tmp_path / "three", learning_rate=None
    )

    assert control.settings.learning_rate == scratch.settings.learning_rate
    assert control.settings.learning_rate > tuned.settings.learning_rate


def test_the_features_of_shuffled_weights_are_measured_before_the_first_step(case, tmp_path):
    start = FineTune(checkpoints=(NAME,), control="shuffled")
    model, _, _ = _begun(case, start, tmp_path / "one")

    assert model.network.get_buffer("centre").abs().max() > 0


def test_both_families_say_that_they_can(case):
    assert case[0].CARD.controls
