"""Whole stories with texts: a frozen encoder under a family for tables, taken along and moved."""

from __future__ import annotations

import json
import shutil
import tomllib

import numpy as np
import pytest

from headstart.testing.checkpoints import make_text_encoder

pytestmark = pytest.mark.xdist_group("torch")
GOOD = ("light and dry", "new", "dry and new")
BAD = ("heavy, wet", "left outside", "wet and heavy")


@pytest.fixture
def notes(tmp_path):
    """A good note on a heavy thing is bad: no sum of words and weight can say that."""
    random = np.random.default_rng(0)
    lines = ["note,weight,state"]
    for _ in range(300):
        is_good, weight = random.random() < 0.5, random.random()
        note = f"{random.choice(GOOD if is_good else BAD)} {random.integers(10)}"
        state = "good" if is_good == (weight < 0.5) else "bad"
        lines.append(f'"{note}",{weight:.3f},{state}')
    path = tmp_path / "notes.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_vectors_of_a_frozen_encoder_compete_and_travel_with_the_model(headstart, notes, tmp_path):
    (tmp_path / "encoder").mkdir()
    encoder = make_text_encoder(tmp_path / "encoder")
    words = ["--target", "state", "--column", "note=text", "--families", "lightgbm"]
    words += ["--weights", "encoder", "--starts", "transfer", "--steps", "500", "--single"]

    done = headstart("fit", "notes.csv", *words, "--worth", "0", "--out", "run", "--json")

    assert done.code == 0, done.err
    tried = [t for t in done.document["trials"] if t["candidate"] == "lightgbm.on.encoder"]
    assert {t["start"] for t in tried} == {"Transfer"}
    assert {t["part"] for t in tried} == {"embedding"}
    assert {t["status"] for t in tried} == {"finished"}
    journal = (tmp_path / "run" / "journal.jsonl").read_text()
    assert '"type":"probe"' in journal
    assert '"type":"embedding"' in journal

    refitted = json.loads((tmp_path / "run" / "model" / "headstart.json").read_text())
    assert list(refitted["members"][0]["encoders"].values()) == ["encoder-0"]
    shutil.move(tmp_path / "run" / "model", tmp_path / "moved")
    shutil.rmtree(encoder)
    answered = headstart("predict", "moved", "notes.csv", "--out", "answers.csv", "--json")
    assert answered.code == 0, answered.err
    assert answered.document["rows"] == 300
    (tmp_path / "strange.csv").write_text(
        "note,weight\nlight and dry 1,0.2\nquarterly yields of nickel rose in autumn,0.2\n"
    )
    told = headstart("predict", "moved", "strange.csv", "--out", "told.jsonl", "--json")
    assert told.code == 0, told.err
    usual, strange = map(json.loads, (tmp_path / "told.jsonl").read_text().splitlines())
    assert strange["novelty"] > max(0.95, usual["novelty"])
    assert strange["because"]


def test_a_checkpoint_answers_by_its_own_labels_as_a_person_mapped_them(headstart, notes, tmp_path):
    (tmp_path / "rater").mkdir()
    make_text_encoder(tmp_path / "rater", ("NEGATIVE", "NEUTRAL", "POSITIVE"))
    words = ["--target", "state", "--column", "note=text", "--families", "text_encoder"]
    words += ["--weights", "rater", "--starts", "direct", "--steps", "50", "--out", "run"]
    mapping = ["--label", "good=POSITIVE", "--label", "bad=NEGATIVE", "--label", "bad=NEUTRAL"]

    done = headstart("fit", "notes.csv", *words, *mapping, "--json")

    assert done.code == 0, done.err
    direct = [t for t in done.document["trials"] if t["start"] == "Direct" and t["draw"] == 0]
    assert {t["status"] for t in direct if t["family"] == "text_encoder"} == {"finished"}
    asked = tomllib.loads((tmp_path / "run" / "run.toml").read_text())["options"]["labels"]
    assert asked == {"good": ["POSITIVE"], "bad": ["NEGATIVE", "NEUTRAL"]}
    other = headstart(
        "fit", "notes.csv", *words, "--label", "good=POSITIVE", "--label", "bad=NEGATIVE"
    )
    assert other.code == 2
    assert "mapping of labels (--label) is not the same" in " ".join(other.err.split())
    wrong = headstart("fit", "notes.csv", *words[:-1], "new", "--label", "good=POSITIV")
    assert wrong.code == 2
    assert "Did you mean `POSITIVE`?" in wrong.err
