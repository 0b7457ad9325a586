"""Who is the best of all is counted over joint draws of all scores."""

from dataclasses import replace

import numpy as np
import pytest
from _contenders import BINARY, guessers, players

from headstart.evaluation import judge
from headstart.evaluation.comparison import compare
from headstart.evaluation.first_place import chances_of_first
from headstart.records import Task

WORLD = Task(kind="control", metric="return")


def chances(skills, seed=0, **rest):
    return chances_of_first(compare(guessers(skills, seed, **rest), BINARY, seed=seed))


def test_the_chances_of_all_sum_to_one_and_follow_the_skill():
    found = chances({"floor": 0.5, "weak": 0.6, "near": 0.83, "best": 0.87})

    assert sum(found.values()) == pytest.approx(1.0)
    assert found["floor"] < 0.01
    assert found["best"] > found["near"] > found["weak"]


def test_of_equals_none_is_the_best_with_more_than_it_deserves():
    leads = [max(chances(dict.fromkeys("abcd", 0.7), seed).values()) for seed in range(30)]

    assert np.mean(leads) < 0.75
    assert np.mean(np.array(leads) > 0.95) <= 0.07


def test_two_contenders_agree_with_the_paired_test():
    field = guessers({"a": 0.78, "b": 0.82}, 1)
    comparison = compare(field, BINARY, seed=1)
    ahead, behind = sorted("ab", key=lambda name: comparison.placed(name, name), reverse=True)
    found, optimism = chances_of_first(comparison), comparison.optimism(behind)

    assert found[ahead] == pytest.approx(comparison.probability(ahead, behind, -optimism), abs=0.04)


def test_a_single_draw_tells_by_its_rows_and_no_shared_draw_tells_nothing():
    assert chances({"a": 0.5, "b": 0.9}, draws=1)["b"] > 0.95
    worlds = players({"random": (0.0, 1.0, True), "ppo": (5.0, 2.0, False)}, draws=3)
    apart = compare(worlds, WORLD)
    alone = {"random": {0: 0.0}, "ppo": {1: 5.0}}

    assert chances_of_first(apart)["ppo"] > 0.9
    assert chances_of_first(replace(apart, scores=alone)) == {}


def test_the_verdict_gives_each_standing_its_chance():
    verdict = judge(guessers({"floor": 0.5, "near": 0.8, "best": 0.9}, 0), BINARY)

    assert sum(each.first for each in verdict.standings) == pytest.approx(1.0)
    assert verdict.standings[0].first > 0.9
