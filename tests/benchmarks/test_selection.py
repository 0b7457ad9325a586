"""What the page of weight selection says follows from the cells, seed by seed."""

import json

from benchmarks.weights.halves import ARMS
from benchmarks.weights.page import difference, write_page
from benchmarks.weights.selection import COURSES, Cell, cells


def _kept(folder, network, arm, seed, score):
    record = {"score": score, "rate": 1e-3, "cost": {"cpu": 9.0, "wall": 5.0}, "steps": 10}
    record |= {"parameters": 100, "course": {"batch": 4, "learn": 40}, "test_rows": 50}
    (folder / f"{Cell(network=network, arm=arm, seed=seed).name}.json").write_text(
        json.dumps(record)
    )


def test_the_difference_is_taken_seed_by_seed():
    mean, low, high, seeds = difference(
        {0: 0.70, 1: 0.90, 2: 0.50}, {0: 0.60, 1: 0.80, 2: 0.40, 3: 0.0}
    )

    assert seeds == 3
    assert round(mean, 6) == 0.1
    assert round(high - low, 6) == 0.0


def test_one_seed_tells_no_interval(tmp_path):
    for arm in ARMS:
        _kept(tmp_path, "minilm", arm, 0, 0.8)

    text = write_page(tmp_path).read_text()

    assert text.count("too few seeds") == 3


def test_the_page_says_which_differences_leave_out_zero(tmp_path):
    scores = {"selected": (0.80, 0.82, 0.81), "random": (0.60, 0.61, 0.62)}
    scores["shuffled"] = (0.60, 0.63, 0.60)
    for arm, by_seed in scores.items():
        for seed, score in enumerate(by_seed):
            _kept(tmp_path, "efficientnet", arm, seed, score)

    lines = write_page(tmp_path).read_text().splitlines()

    told = {line.split(" | ")[0]: line for line in lines if line.startswith("| ")}
    assert told["| selected - random"].endswith("above 0 |")
    assert told["| shuffled - random"].endswith("not told apart |")


def test_every_arm_of_a_network_has_the_same_steps_and_seeds():
    for network, course in COURSES.items():
        by_arm = {
            arm: [c.seed for c in cells() if (c.network, c.arm) == (network, arm)] for arm in ARMS
        }

        assert len(set(map(tuple, by_arm.values()))) == 1
        assert course.steps == course.learn // course.batch * course.passes
