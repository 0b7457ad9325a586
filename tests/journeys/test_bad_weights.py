"""A checkpoint that cannot be trusted ends a fit before it begins, and nothing of it runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from headstart.testing.checkpoints import make_text_encoder

sys.path.append(str(Path(__file__).parents[1] / "weights"))

from _hostile import FOLDERS, rewrite

pytestmark = pytest.mark.xdist_group("torch")
SOME = ("truncated", "page", "pickled", "poisoned", "fewer_blocks")
"""Of the table of all that is hostile; `inspect` is asked about every one of them."""


def stranger(folder, mark):
    rewrite(folder, model_type="llama")


def other_width(folder, mark):
    rewrite(folder, intermediate_size=72)


SPOILED = {**{name: FOLDERS[name] for name in SOME}, "stranger": stranger, "other": other_width}


@pytest.fixture
def notes(tmp_path):
    lines = ["note,state"] + [f"light and dry {n},{'good' if n % 2 else 'bad'}" for n in range(80)]
    (tmp_path / "notes.csv").write_text("\n".join(lines) + "\n")
    return ("notes.csv", "--target", "state", "--column", "note=text", "--weights", "spoiled")


def spoiled(tmp_path, name):
    folder, mark = tmp_path / "spoiled", tmp_path / "mark"
    folder.mkdir()
    make_text_encoder(folder)
    SPOILED[name](folder, mark)
    return mark


@pytest.mark.parametrize("name", SPOILED)
def test_a_bad_checkpoint_is_refused_in_words(headstart, tmp_path, notes, name):
    mark = spoiled(tmp_path, name)

    done = headstart("fit", *notes, "--steps", "20", "--out", "run")

    assert done.code == 2, done.out + done.err
    assert "Traceback" not in done.err
    assert 1 <= len(done.err.strip().splitlines()) <= 8
    assert "spoiled" in done.err or "model" in done.err
    assert not mark.exists()
    assert not (tmp_path / "run" / "model").exists()
    assert not list((tmp_path / "run").glob("trials/*")), "it was found in a trial, not before"


def test_halves_of_two_checkpoints_are_found_when_they_are_advised(headstart, tmp_path, notes):
    spoiled(tmp_path, "other")

    done = headstart("advise", *notes, "--json")

    assert done.code == 2
    error = json.loads(done.out)["error"]
    assert error["kind"] == "weights"
    assert "not of the same checkpoint" in error["message"]
