import csv

import pytest


@pytest.mark.slow
def test_a_pole_is_balanced_through_the_same_door(headstart, tmp_path):
    pytest.importorskip("gymnasium")

    told = headstart("fit", "gym:CartPole-v1", "--steps", 120, "--out", "run", "--json").document

    assert told["task"]["metric"] == "return"
    assert told["verdict"]["winner"]["family"] == "augmented_random_search"
    assert told["verdict"]["floor"]["family"] == "random_policy"
    assert told["test"]["score"] > 3 * told["test"]["floor"]["score"]

    headstart("predict", "run", "gym:CartPole-v1", "--out", "episodes.csv")

    with open(tmp_path / "episodes.csv", newline="") as file:
        returns = [float(row["prediction"]) for row in csv.DictReader(file)]
    assert len(returns) == 20
