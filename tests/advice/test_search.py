"""The next settings follow from what was told alone, and get better as more is told."""

import pytest

from headstart.advice.search import defaults, suggest
from headstart.advice.spaces import Dimension

pytest.importorskip("optuna")

RATE = Dimension(name="rate", default=0.01, low=0.001, high=0.1, log=True)
LAYERS = Dimension(name="layers", default=3, low=1, high=6, whole=True)
BEND = Dimension(name="bend", default="relu", choices=("relu", "selu"))
SPACE = (RATE, LAYERS, BEND)


def _loss(values):
    return abs(values["rate"] - 0.05) + 0.01 * abs(values["layers"] - 5)


def test_the_tuned_defaults_are_asked_first():
    assert suggest(SPACE, [], seed=0) == {"rate": 0.01, "layers": 3, "bend": "relu"}


def test_a_default_outside_of_its_range_is_brought_into_it():
    assert defaults([Dimension(name="rate", default=0.5, low=0.01, high=0.1)]) == {"rate": 0.1}


def test_the_same_trials_and_seed_give_the_same_question():
    told = [({"rate": 0.01, "layers": 3, "bend": "relu"}, 0.2)]

    assert suggest(SPACE, told, seed=4) == suggest(SPACE, told, seed=4)
    assert suggest(SPACE, told, seed=4) != suggest(SPACE, told, seed=5)


def test_what_failed_is_told_without_a_loss():
    told = [(defaults(SPACE), 0.2), ({"rate": 0.09, "layers": 6, "bend": "selu"}, None)]

    asked = suggest(SPACE, told, seed=1)

    assert set(asked) == {"rate", "layers", "bend"}


def test_thirty_questions_come_closer_to_the_best_than_the_defaults_are():
    told = []
    for number in range(30):
        values = suggest(SPACE, told, seed=number)
        told.append((values, _loss(values)))

    assert min(loss for _, loss in told) < 0.3 * told[0][1]
