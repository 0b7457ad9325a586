"""Only who is measurably better replaces what was delivered."""

import numpy as np
from _contenders import BINARY, guessers

from headstart.evaluation.adoption import adopted, duels, standings_of
from headstart.evaluation.comparison import compare

REGION = 0.004
EQUAL = {"majority": 0.5, "old": 0.8, "one": 0.8, "two": 0.8, "three": 0.8}


def _settled(skills, seed, draws=6, costs=None):
    field = guessers(skills, seed=seed, draws=draws)
    comparison = compare(field, BINARY, seed=seed)
    names = [name for name in skills if name not in ("majority", "old")]
    fought = duels(comparison, "old", names, REGION)
    prices = costs or {each.candidate: each.cost for each in field}
    return adopted(comparison, fought, prices, REGION), fought, comparison, field


def test_equals_hardly_ever_replace_the_old_one():
    found = [_settled(EQUAL, seed)[0] for seed in range(60)]

    assert sum(each is not None for each in found) <= 3


def test_who_is_far_better_does():
    found = [_settled(EQUAL | {"two": 0.9}, seed)[0] for seed in range(12)]

    assert found.count("two") >= 10


def test_two_draws_are_no_comparison():
    winner, fought, _, _ = _settled(EQUAL | {"two": 0.97}, seed=0, draws=2)

    assert winner is None
    assert fought[0].better > 0.9


def test_gains_are_of_the_new_one_and_the_best_comes_first():
    _, fought, comparison, _ = _settled(EQUAL | {"two": 0.9, "three": 0.6}, seed=1)

    assert [fought[0].candidate, fought[-1].candidate] == ["two", "three"]
    assert fought[0].gain == np.mean(comparison.gains("two", "old"))
    assert fought[0].interval[0] < fought[0].gain < fought[0].interval[1]
    assert fought[-1].gain < 0


def test_of_two_that_win_alike_the_cheaper_one_is_taken():
    skills = EQUAL | {"two": 0.92, "three": 0.92}
    dear = {"majority": 1.0, "old": 1.0, "one": 1.0, "two": 50.0, "three": 1.0}

    winners = [_settled(skills, seed, costs=dear)[0] for seed in range(6)]

    assert winners.count("three") >= 5


def test_the_one_that_was_adopted_stands_first():
    _, _, comparison, field = _settled(EQUAL | {"two": 0.9}, seed=0)

    standings = standings_of(comparison, "two", field)

    assert standings[0].candidate == "two"
    assert standings[-1].candidate == "majority"
