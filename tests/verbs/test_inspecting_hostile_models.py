"""A model folder that was made to harm is refused in words, whatever its library does with it."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from headstart import delivery
from headstart.cli import main
from headstart.delivery import Contract, Member
from headstart.families import candidate_to_plain, family
from headstart.records import Column, Profile, Table, Task
from headstart.session import Session

pytest.importorskip("lightgbm")
sys.path.append(str(Path(__file__).parents[1] / "weights"))

from _hostile import MODELS  # the table of all that is hostile stands there

TASK = Task(kind="classification", targets=("y",), classes=(("a", "b"),), metric="accuracy")


@pytest.fixture(scope="module")
def innocent(tmp_path_factory):
    """A model folder with one LightGBM in it."""
    root = tmp_path_factory.mktemp("innocent")
    x = np.random.default_rng(7).normal(size=80)
    columns = (
        Column(name="x", modality="number"),
        Column(name="y", modality="category", role="target"),
    )
    labels = ["a" if value > 0 else "b" for value in x]
    rows = Table(columns=columns, arrow=pa.table({"x": x, "y": labels}), row_ids=np.arange(80))
    learner = family("lightgbm")
    profile = Profile(source="", rows=80, columns=(), task=TASK)
    candidate = candidate_of(learner, profile)
    (root / "bare").mkdir()
    session = Session(seed=0, folder=root, rows=80, work=2.0)
    learner.fit(candidate, TASK, rows, session).save(root / "bare")
    member = Member(family="lightgbm", folder="member-0", candidate=candidate_to_plain(candidate))
    contract = Contract(task=TASK, inputs=columns[:1], target_types=("string",))
    facts = {"source": "rows.csv", "rows": 80}
    delivery.write(root / "model", [(member, root / "bare")], contract, facts=facts)
    return root / "model"


def candidate_of(learner, profile):
    from headstart.records import Candidate

    return Candidate(name="lightgbm", family="lightgbm", settings=learner.Settings(rounds=5))


def test_the_innocent_one_is_inspected(innocent, capsys):
    assert main(["inspect", str(innocent), "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["network"] == "LightGBM"
    assert told["trees"][0]["target"] == "y"
    assert told["trees"][0]["trees"] >= 1
    assert told["parameters"] == sum(layer["parameters"] for layer in told["layers"])
    assert "gradient boosting" in told["learning_rule"]
    assert told["labels"] == ["a", "b"]


@pytest.mark.parametrize("name", MODELS)
def test_a_hostile_model_folder_is_refused_in_words(innocent, tmp_path, capsys, name):
    folder = tmp_path / "model"
    shutil.copytree(innocent, folder)
    MODELS[name](folder)
    began = time.monotonic()

    code = main(["inspect", str(folder)])

    said = capsys.readouterr()
    lines = said.err.splitlines()
    assert code == 2, said.out + said.err
    assert said.out == ""
    assert 1 <= len(lines) <= 8
    assert lines[0].startswith("headstart: ")
    assert "Traceback" not in said.err
    assert time.monotonic() - began < 100
