"""What a run has learned is a source and a target like any checkpoint."""

import json

import numpy as np
import pyarrow as pa
import pytest
from safetensors.torch import load_file

from headstart import delivery
from headstart.cli import main
from headstart.delivery import Contract, Member
from headstart.families import candidate_to_plain, family
from headstart.records import Candidate, Column, Table, Task
from headstart.session import Session

torch = pytest.importorskip("torch")

SMALL = {"width": 16, "layers": 2, "members": 1}
TASK = Task(kind="regression", targets=("height",), metric="rmse")
COLUMNS = (
    Column(name="x", modality="number"),
    Column(name="y", modality="number"),
    Column(name="height", modality="number", role="target"),
)


def rows():
    random = np.random.default_rng(7)
    x, y = random.normal(size=(2, 80))
    arrow = pa.table({"x": x, "y": y, "height": np.sin(x) + y})
    return Table(columns=COLUMNS, arrow=arrow, row_ids=np.arange(80))


def delivered(root, *networks):
    """A run folder whose model has these members: a family and what its settings are."""
    members = []
    for place, (name, settings) in enumerate(networks):
        learner = family(name)
        candidate = Candidate(name=name, family=name, settings=learner.Settings(**settings))
        session = Session(seed=place, folder=root, rows=80, work=0.5)
        model = learner.fit(candidate, TASK, rows(), session)
        own = root / f"own-{place}"
        own.mkdir(parents=True)
        model.save(own)
        plain = candidate_to_plain(candidate)
        member = Member(family=name, folder=f"member-{place}", weight=1.0, candidate=plain)
        members.append((member, own))
    contract = Contract(task=TASK, inputs=COLUMNS[:2], target_types=("double",))
    delivery.write(root / "model", members, contract, facts={"source": "hills.csv", "rows": 80})
    return root


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return delivered(tmp_path_factory.mktemp("run"), ("feedforward", SMALL))


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    return delivered(tmp_path_factory.mktemp("wide"), ("feedforward", {**SMALL, "width": 32}))


@pytest.fixture(scope="module")
def blend(tmp_path_factory):
    members = (("linear", {}), ("feedforward", SMALL))
    return delivered(tmp_path_factory.mktemp("blend"), *members)


def asked(capsys, *words, code=0):
    capsys.readouterr()
    assert main(["weights", *map(str, words), "--json"]) == code
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("inside", ["", "model"])
def test_a_run_becomes_itself(run, inside, tmp_path, capsys):
    found = asked(capsys, run / inside, run / inside, "--apply", "--out", tmp_path / "out")

    assert found["coverage"] == 1.0
    assert {move["action"] for move in found["moves"]} == {"copied"}
    before = load_file(run / "model" / "member-0" / "network.safetensors")
    after = load_file(tmp_path / "out" / "model.safetensors")
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_small_run_begins_a_wide_one(run, wide, tmp_path, capsys):
    found = asked(capsys, run, wide, "--apply", "--out", tmp_path / "out")

    assert found["coverage"] > 0.9
    assert any(move["action"] == "adapted" for move in found["moves"])
    wanted = load_file(wide / "model" / "member-0" / "network.safetensors")
    written = load_file(tmp_path / "out" / "model.safetensors")
    assert {name: value.shape for name, value in written.items()} == {
        name: value.shape for name, value in wanted.items()
    }


def test_a_member_of_a_blend_is_named_by_its_folder(run, blend, capsys):
    member = blend / "model" / "member-1"

    found = asked(capsys, member, run)
    other = asked(capsys, run, member)

    assert found["coverage"] == other["coverage"] == 1.0
    assert asked(capsys, run, blend, code=2)["error"]["kind"] == "weights"


def test_what_has_no_network_is_refused_in_words(run, blend, capsys):
    error = asked(capsys, blend / "model" / "member-0", run, code=2)["error"]

    assert "no network" in error["message"]
    assert "neural family" in error["hint"]
