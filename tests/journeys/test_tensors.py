"""A file of somebody's own network as a start: advised, raced, delivered, looked into."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")
from safetensors.torch import save_file  # noqa: E402

pytestmark = pytest.mark.xdist_group("torch")
SIDE, EACH = 8, 110


@pytest.fixture
def bars(tmp_path):
    """220 grey pictures of 8 x 8 pixels: a bar lies or stands."""
    random = np.random.default_rng(0)
    for way in ("lies", "stands"):
        folder = tmp_path / "bars" / way
        folder.mkdir(parents=True)
        for number in range(EACH):
            pixels = random.integers(0, 120, (SIDE, SIDE), dtype=np.uint8)
            pixels[random.integers(SIDE - 2)] += 120
            pixels = pixels if way == "lies" else pixels.T
            Image.fromarray(np.ascontiguousarray(pixels)).save(folder / f"{number}.png")
    return tmp_path / "bars"


def own_network(folder, kernel=3):
    """Five kernels in a chain, wider than those of the family, in a file without a word."""
    widths = (3, 32, 64, 64, 64, 64)
    layers = [torch.nn.Conv2d(before, after, kernel) for before, after in pairwise(widths)]
    save_file(torch.nn.Sequential(*layers).state_dict(), folder / f"mine-{kernel}.safetensors")


@pytest.mark.usefixtures("one_core")
def test_a_network_of_ones_own_begins_the_familys(headstart, bars, tmp_path):
    own_network(tmp_path)
    asked = ("bars", "--families", "cnn", "--weights", "mine-3.safetensors")

    advised = headstart("advise", *asked, "--json")
    words = ("--starts", "transfer", "--steps", "20", "--single", "--out", "run", "--json")
    done = headstart("fit", *asked, *words, seconds=250)

    assert advised.code == 0, advised.err
    starts = {each["candidate"]: each["start"] for each in advised.document["candidates"]}
    assert (starts["cnn"], starts["cnn.from.mine_3"]) == ("Scratch", "Transfer")
    assert done.code == 0, done.err
    tried = [t for t in done.document["trials"] if t["candidate"] == "cnn.from.mine_3"]
    assert {(t["start"], t["part"], t["status"]) for t in tried} == {
        ("Transfer", "tensors", "finished")
    }
    kept = list((tmp_path / "run").glob("**/model/member-0/receipt.json"))
    assert kept
    looked = headstart("inspect", kept[0].parent, "--json")
    assert looked.code == 0, looked.err
    (note,) = looked.document["notes"]
    assert "of what its head stands on began from mine-3.safetensors" in note


def test_a_file_that_fits_nowhere_is_refused_before_any_trial(headstart, bars, tmp_path):
    own_network(tmp_path, kernel=5)

    told = headstart("fit", "bars", "--weights", "mine-5.safetensors", "--steps", "25", "--json")

    assert told.code == 2
    message = told.document["error"]["message"]
    assert "a file of parameters alone" in message
    assert "No network begins from its tensors" in message
    assert not list(tmp_path.glob("run*"))
