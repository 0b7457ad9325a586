"""A whole story with rows that hold a number, a text and a picture: they are one race."""

from __future__ import annotations

import csv
import json
import shutil

import numpy as np
import pytest
from PIL import Image

from headstart.testing.checkpoints import make_picture_encoder, make_text_encoder

pytestmark = pytest.mark.xdist_group("torch")
SIDE, ROWS = 32, 240
NOTES = {True: ("light and dry", "new", "dry and new"), False: ("heavy, wet", "outside", "wet")}


@pytest.fixture
def things(tmp_path):
    """A thing is good where two of three are so: its note, its colour and its weight."""
    random = np.random.default_rng(0)
    (tmp_path / "photos").mkdir()
    lines = ["note,weight,photo,state"]
    for number in range(ROWS):
        says, is_red, is_light = random.random(3) < 0.5
        pixels = random.integers(0, 120, (SIDE, SIDE, 3))
        pixels[..., 0 if is_red else 2] += 110
        Image.fromarray(pixels.astype(np.uint8)).save(tmp_path / f"photos/{number}.png")
        note = f"{random.choice(NOTES[bool(says)])} {random.integers(10)}"
        weight = random.uniform(0, 0.4) if is_light else random.uniform(0.6, 1)
        state = "good" if int(says) + int(is_red) + int(is_light) > 1 else "bad"
        lines.append(f'"{note}",{weight:.3f},photos/{number}.png,{state}')
    path = tmp_path / "things.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def encoders(tmp_path):
    """A folder each with a checkpoint for texts and one for pictures."""
    for name, make in (("reader", make_text_encoder), ("viewer", make_picture_encoder)):
        (tmp_path / name).mkdir()
        make(tmp_path / name)
    return ("--weights", "reader", "--weights", "viewer")


def test_numbers_texts_and_pictures_compete_as_one_row(headstart, things, encoders, tmp_path):
    words = ["--target", "state", "--column", "note=text", "--families", "lightgbm,feedforward"]
    words += [*encoders, "--starts", "transfer", "--steps", "300", "--single", "--worth", "0"]

    done = headstart("fit", "things.csv", *words, "--out", "run", "--json")

    assert done.code == 0, done.err
    ran = [each for each in done.document["trials"] if each["status"] != "refused"]
    on = {each["candidate"]: each for each in ran if each["start"] == "Transfer"}
    assert set(on) == {"lightgbm.on.reader+viewer", "feedforward.on.reader+viewer"}
    assert {tuple(t["checkpoints"]) for t in on.values()} == {("reader", "viewer")}
    assert {t["status"] for t in on.values()} == {"finished"}
    winner = done.document["verdict"]["winner"]
    assert winner["candidate"] in on
    assert done.document["test"]["score"] > 0.87  # one of the three alone: 0.75

    manifest = json.loads((tmp_path / "run" / "model" / "headstart.json").read_text())
    assert list(manifest["members"][0]["encoders"].values()) == ["encoder-0", "encoder-1"]
    shutil.move(tmp_path / "run" / "model", tmp_path / "moved")
    for name in ("reader", "viewer", "run"):
        shutil.rmtree(tmp_path / name)
    answered = headstart("predict", "moved", "things.csv", "--out", "answers.csv", "--json")
    assert answered.code == 0, answered.err
    with open(tmp_path / "answers.csv", newline="") as said, open(things, newline="") as asked:
        pairs = zip(csv.DictReader(said), csv.DictReader(asked), strict=True)
        right = [answer["prediction"] == row["state"] for answer, row in pairs]
    assert np.mean(right) > 0.87
