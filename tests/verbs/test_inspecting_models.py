"""Blends, single members and worlds say what they are made of."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

import headstart as hs
from headstart import delivery
from headstart.cli import main
from headstart.delivery import Contract, Member
from headstart.delivery.describing import descriptions
from headstart.errors import WeightsError
from headstart.families import candidate_to_plain, family
from headstart.records import Candidate, Column, Table, Task
from headstart.session import Session

TASK = Task(kind="regression", targets=("height",), metric="rmse")
COLUMNS = (
    Column(name="x", modality="number"),
    Column(name="height", modality="number", role="target"),
)


def rows():
    x = np.random.default_rng(7).normal(size=120)
    arrow = pa.table({"x": x, "height": np.sin(x) + x})
    return Table(columns=COLUMNS, arrow=arrow, row_ids=np.arange(120))


def trained(name, folder):
    """A member of a model, and the folder that its family wrote."""
    learner = family(name)
    candidate = Candidate(name=name, family=name, settings=learner.Settings())
    session = Session(seed=0, folder=folder, rows=120, work=3.0)
    model = learner.fit(candidate, TASK, rows(), session)
    (folder / name).mkdir(parents=True)
    model.save(folder / name)
    return model, candidate_to_plain(candidate), folder / name


@pytest.fixture(scope="module")
def blend(tmp_path_factory):
    """A model folder in which a linear model counts three times as much as a forest."""
    root = tmp_path_factory.mktemp("blend")
    members = []
    for place, (name, weight) in enumerate((("linear", 0.75), ("random_forest", 0.25))):
        _, candidate, folder = trained(name, root)
        member = Member(family=name, folder=f"member-{place}", weight=weight, candidate=candidate)
        members.append((member, folder))
    contract = Contract(task=TASK, inputs=COLUMNS[:1], target_types=("double",))
    facts = {"source": "/a/folder/of/somebody/hills.csv", "rows": 120}
    delivery.write(root / "model", members, contract, facts=facts)
    return root / "model"


def test_a_blend_is_the_sum_of_its_members(blend):
    found = hs.inspect(blend)

    linear, forest = found.members
    assert found.learning_rule == "a weighted mean of 2 models: linear 75%, random_forest 25%"
    assert found.parameters == linear.parameters + forest.parameters
    assert [layer.name for layer in found.layers] == ["member-0.height", "member-1.height"]
    assert found.trees[0].target == "random_forest: height"
    assert "least squares" in linear.learning_rule
    assert "averaging trees" in forest.learning_rule
    assert found.inputs["columns"] == [{"name": "x", "modality": "number"}]
    assert found.outputs == 1


def test_a_member_is_told_by_itself(blend):
    found = hs.inspect(blend / "member-1")

    assert found.network == "random_forest"
    assert found.members == ()
    assert found.trees[0].target == "height"
    assert found.trees[0].leaves >= found.trees[0].trees


@pytest.mark.parametrize("name", ["random_forest", "xgboost", "lightgbm", "catboost"])
def test_a_delivered_ensemble_says_how_many_trees_how_deep_and_with_how_many_leaves(
    name, tmp_path, capsys
):
    pytest.importorskip(name if name != "random_forest" else "sklearn")
    model, candidate, folder = trained(name, tmp_path)
    member = Member(family=name, folder="member-0", weight=1.0, candidate=candidate)
    contract = Contract(task=TASK, inputs=COLUMNS[:1], target_types=("double",))
    facts = {"source": "hills.csv", "rows": 120}
    delivery.write(tmp_path / "model", [(member, folder)], contract, facts=facts)

    assert main(["inspect", str(tmp_path / "model"), "--json"]) == 0

    (trees,) = json.loads(capsys.readouterr().out)["trees"]
    (said,) = model.describe()["ensembles"]
    assert trees == {**said, "target": "height"}
    assert trees["trees"] >= 1
    assert trees["trees"] * 2 <= trees["leaves"] <= trees["trees"] * 2 ** trees["depth"]
    assert main(["inspect", str(tmp_path / "model")]) == 0
    assert f"{trees['leaves']:,}" in capsys.readouterr().out


def test_the_folder_of_the_data_is_nobodys_business(blend, capsys):
    assert main(["inspect", str(blend), "--json"]) == 0

    text = capsys.readouterr().out
    told = json.loads(text)
    assert "somebody" not in text
    assert told["members"][0]["origin"] == "trained by Headstart (Scratch) on 120 rows of hills.csv"


def test_what_the_families_say_is_what_is_told(blend):
    linear, forest = descriptions(str(blend))

    assert linear["parameters"] == 2
    assert forest["ensembles"][0]["trees"] == forest["trees"][0] > 10
    assert forest["layers"][0]["output"] == [1]


def test_a_child_that_is_stopped_is_a_refusal_in_words(blend, monkeypatch):
    from headstart.verbs import inspected_models

    monkeypatch.setattr(inspected_models, "_SECONDS", 0.01)

    with pytest.raises(WeightsError, match=r"did not end within 0\.01 s"):
        hs.inspect(blend)


def test_a_policy_of_a_world_says_what_it_acts_by(tmp_path):
    from headstart.worlds import parse

    learner = family("augmented_random_search")
    task = Task(kind="control", targets=(), metric="return")
    world = parse("corridor:5")
    from headstart.records import World

    data = World(id=world.id, settings=world.settings, seeds=range(20))
    candidate = Candidate(
        name="search", family="augmented_random_search", settings=learner.Settings(updates=2)
    )
    session = Session(seed=0, folder=tmp_path, rows=0, work=5.0)
    model = learner.fit(candidate, task, data, session)

    said = model.describe()

    assert "no gradient" in said["learning_rule"]
    assert said["parameters"] == said["layers"][0]["parameters"] == model.weights.size


@pytest.mark.parametrize(
    ("start", "stands"),
    [
        ({"kind": "Transfer", "checkpoints": ["a"], "part": "embedding"}, True),
        ({"kind": "FineTune", "checkpoints": ["a"], "layers": "head", "method": "full"}, True),
        ({"kind": "FineTune", "checkpoints": ["a"], "layers": "all", "method": "full"}, False),
        ({"kind": "Scratch", "checkpoints": []}, False),
    ],
)
def test_an_encoder_that_stood_still_is_not_said_to_have_learned(blend, start, stands):
    from headstart.verbs.inspected_models import _member

    manifest = delivery.read_manifest(blend)
    contract = delivery.contract_from_plain(manifest["contract"])
    member = manifest["members"][0]
    member = {
        **member,
        "family": "text_encoder",
        "candidate": {**member["candidate"], "start": start},
    }
    said = {
        "learning_rule": "a linear head on the encoder as it stands, then backpropagation: Adam",
        "layers": [
            {"name": "trunk.dense", "kind": "linear", "parameters": 90, "output": [3]},
            {"name": "head", "kind": "linear", "parameters": 6, "output": [2]},
        ],
    }

    found = _member("mine", member, said, manifest, contract)

    assert found.parameters == 96
    assert found.trainable == (6 if stands else 96)
    assert ("backpropagation" in found.learning_rule) != stands
