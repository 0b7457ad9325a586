"""What trees say of their size is what their library would count."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from headstart.families import family
from headstart.features.forests import forest_of, tree_of
from headstart.records import Candidate, Column, Table, Task
from headstart.session import Session

TASK = Task(kind="classification", targets=("y",), classes=(("a", "b", "c"),), metric="accuracy")
ROUNDS = 4


def rows():
    random = np.random.default_rng(7)
    x, z = random.normal(size=(2, 200))
    labels = np.where(x > 0.5, "a", np.where(z > 0, "b", "c"))
    columns = (
        Column(name="x", modality="number"),
        Column(name="z", modality="number"),
        Column(name="y", modality="category", role="target"),
    )
    return Table(
        columns=columns, arrow=pa.table({"x": x, "z": z, "y": labels}), row_ids=np.arange(200)
    )


def described(name, folder):
    pytest.importorskip(name)
    learner = family(name)
    settings = learner.Settings(rounds=ROUNDS, patience=50, held_out=0.05, refit_below=0)
    candidate = Candidate(name=name, family=name, settings=settings)
    model = learner.fit(candidate, TASK, rows(), Session(seed=0, folder=folder, rows=200))
    (ensemble,) = model.describe()["ensembles"]
    return model.members[0], ensemble, model.describe()


def test_lightgbm(tmp_path):
    member, said, whole = described("lightgbm", tmp_path)

    trees = [each["tree_structure"] for each in member.dump_model()["tree_info"]]
    assert said == {
        "target": "y",
        "trees": len(trees),
        "depth": max(map(depth, trees)),
        "leaves": sum(map(leaves, trees)),
    }
    assert whole["layers"][0]["parameters"] == 2 * said["leaves"] - said["trees"]


def depth(node):
    if "left_child" not in node:
        return 0
    return 1 + max(depth(node["left_child"]), depth(node["right_child"]))


def leaves(node):
    if "left_child" not in node:
        return 1
    return leaves(node["left_child"]) + leaves(node["right_child"])


def test_xgboost(tmp_path):
    member, said, _ = described("xgboost", tmp_path)

    dumped = member.get_dump(dump_format="json")
    import json

    trees = [json.loads(each) for each in dumped]

    def deep(node):
        return 1 + max(map(deep, node["children"])) if "children" in node else 0

    def ends(node):
        return sum(map(ends, node["children"])) if "children" in node else 1

    assert (said["trees"], said["depth"], said["leaves"]) == (
        len(trees),
        max(map(deep, trees)),
        sum(map(ends, trees)),
    )


def test_catboost(tmp_path):
    member, said, whole = described("catboost", tmp_path)

    assert said["trees"] == member.tree_count_
    assert said["leaves"] == sum(member.get_tree_leaf_counts())
    assert 2 ** said["depth"] == max(member.get_tree_leaf_counts())
    assert whole["layers"][0]["output"] == (3,)


def test_a_forest_is_as_deep_as_its_deepest_tree():
    def chain(length):
        """A tree that goes right at every split."""
        left = np.array(
            [n + 1 if n % 2 == 0 and n < 2 * length else -1 for n in range(2 * length + 1)]
        )
        right = np.where(left > 0, left + 1, -1)
        nodes = len(left)
        return tree_of(
            left=left,
            right=right,
            column=np.zeros(nodes, dtype=int),
            threshold=np.zeros(nodes),
            missing_left=np.zeros(nodes),
            answers=np.zeros((nodes, 1)),
            columns=1,
        )

    assert chain(1).depth() == 1
    assert forest_of([chain(2), chain(5), chain(0)]).depth() == 5
