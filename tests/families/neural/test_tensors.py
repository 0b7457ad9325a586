"""Networks from scratch that begin from whatever fits of a checkpoint of another shape."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from _texts import HAPPY, rows
from PIL import Image
from safetensors.torch import load_file, save_file

from headstart.families import family
from headstart.records import Candidate, Column, Scratch, Table, Task, Transfer
from headstart.session import Session

torch = pytest.importorskip("torch")
nn = torch.nn

pytestmark = pytest.mark.xdist_group("torch")
WAY = Task(kind="classification", targets=("way",), classes=(("a", "b"),), metric="f1")
STILL = {"passes": 1, "learning_rate": 1e-6}
SMALL = {"lstm": {"entries": 16, "units": 16}, "transformer": {"entries": 16, "heads": 2}}


@pytest.fixture(scope="module")
def eyes(tmp_path_factory):
    """A file of parameters of a chain of convolutions that is twice as wide as ours."""
    widths, layers = (3, 16, 32, 32, 32), []
    for before, after in pairwise(widths):
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU()]
    path = tmp_path_factory.mktemp("eyes") / "mine.safetensors"
    save_file(nn.Sequential(*layers).state_dict(), path)
    return path


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Grey noise, and labels."""
    root, random = tmp_path_factory.mktemp("noise"), np.random.default_rng(0)
    names = [f"{place}.png" for place in range(40)]
    for name in names:
        Image.fromarray(random.integers(0, 255, (16, 16)).astype(np.uint8)).save(root / name)
    columns = (
        Column(name="photo", modality="image"),
        Column(name="way", modality="category", role="target"),
    )
    arrow = pa.table({"photo": names, "way": ["a", "b"] * 20})
    return Table(columns=columns, arrow=arrow, row_ids=np.arange(40), media_root=root)


def read(name, folder, start, place, **settings):
    folder.mkdir()
    module, data = family(name), rows(60)
    settings = module.Settings(batch=16, **{**SMALL[name], **STILL, **settings})
    session = Session(seed=0, folder=folder, rows=len(data), checkpoints={"e": place})
    candidate = Candidate(name=name, family=name, settings=settings, start=start)
    return module.fit(candidate, HAPPY, data, session)


def seen(folder, start, place, data):
    folder.mkdir()
    settings = family("cnn").Settings(width=8, half=False, mirrors=False, **STILL)
    session = Session(seed=0, folder=folder, rows=len(data), checkpoints={"e": place})
    candidate = Candidate(name="cnn", family="cnn", settings=settings, start=start)
    return family("cnn").fit(candidate, WAY, data, session)


def part(control=None):
    return Transfer(checkpoints=("e",), part="tensors", control=control)


@pytest.mark.parametrize("name", ["lstm", "transformer"])
def test_readers_begin_from_the_vectors_of_tokens_that_both_know(name, encoder, tmp_path):
    model = read(name, tmp_path / "s", part(), encoder)

    told = {move.target: move for move in model.receipt.moves if move.target}
    vectors = load_file(encoder / "model.safetensors")["embeddings.word_embeddings.weight"]
    known = model.tokens.tokenizer.get_vocab()
    width = model.network.trunk.embedding.weight.shape[1]
    places = [each * (vectors.shape[1] // width) for each in range(width)]
    ours = model.network.trunk.embedding.weight[known["[PAD]"]]
    assert "tokens by their text" in told["embedding.weight"].how
    assert torch.allclose(ours, vectors[0, places], atol=1e-3)
    assert model.receipt.coverage > 0.05
    assert sum(move.action == "adapted" for move in model.receipt.moves) >= 1


@pytest.mark.parametrize("name", ["lstm", "transformer"])
def test_a_receipt_stays_with_the_model(name, encoder, tmp_path):
    model = read(name, tmp_path / "s", part(), encoder)
    (tmp_path / "kept").mkdir()
    model.save(tmp_path / "kept")

    again = family(name).load(tmp_path / "kept")

    assert again.receipt == model.receipt
    assert again.describe()["receipt"].coverage == model.receipt.coverage
    assert np.array_equal(again.predict(rows(9)).values[0], model.predict(rows(9)).values[0])


def test_a_transformer_takes_blocks_and_says_which_it_left(encoder, tmp_path):
    model = read("transformer", tmp_path / "s", part(), encoder, blocks=1)

    actions = {move.target: move.action for move in model.receipt.moves if move.target}
    left = [move for move in model.receipt.moves if move.action == "dropped"]
    assert actions["blocks.0.self_attn.in_proj_weight"] == "adapted"
    assert actions["norm.weight"] == "new"
    assert any("encoder.layer.1.intermediate" in move.source for move in left)


def test_convolutions_begin_from_the_kernels_of_somebody_elses_chain(eyes, pictures, tmp_path):
    model = seen(tmp_path / "s", part(), eyes, pictures)

    theirs = load_file(eyes)
    ours = model.network.trunk.maps[0].entry.weight
    assert ours.shape == (8, 1, 3, 3)  # grey pictures
    assert torch.allclose(ours, theirs["0.weight"].sum(dim=1, keepdim=True)[::2], atol=1e-3)
    assert model.receipt.coverage > 0.9
    assert model.network.trunk.get_buffer("mean")[0] > 20  # brightness is that of the rows


@pytest.mark.parametrize("control", ["random", "shuffled"])
def test_control_arms_leave_out_what_the_tensors_know(control, eyes, pictures, tmp_path):
    leader = seen(tmp_path / "l", part(), eyes, pictures)
    arm = seen(tmp_path / "a", part(control), eyes, pictures)
    scratch = seen(tmp_path / "s", Scratch(), eyes, pictures)

    kernels = [each.network.trunk.maps[1].entry.weight for each in (leader, arm, scratch)]
    sizes = [each.flatten().sort()[0] for each in kernels]
    assert not torch.allclose(kernels[0], kernels[1], atol=1e-3)
    assert torch.allclose(sizes[1], sizes[0 if control == "shuffled" else 2], atol=1e-3)
    assert bool(arm.receipt.moves) == (control == "shuffled")


@pytest.mark.parametrize("name", ["cnn", "lstm", "transformer"])
def test_what_a_plan_is_made_for_holds_no_numbers(name):
    module = family(name)

    network = module.blank(module.Settings())

    assert module.CARD.controls
    assert all(each.device.type == "meta" for each in network.parameters())
