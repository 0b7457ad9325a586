import numpy as np
import pytest
from _contenders import BINARY, guessers

from headstart.evaluation.comparison import compare

EQUAL = {"majority": 0.7, "linear": 0.7, "forest": 0.7, "boosting": 0.7, "net": 0.7}


def test_gains_are_paired_by_draw():
    comparison = compare(guessers({"a": 0.6, "b": 0.8}, seed=0, draws=3), BINARY)

    by_hand = [comparison.scores["b"][d] - comparison.scores["a"][d] for d in range(3)]

    assert comparison.gains("b", "a") == pytest.approx(by_hand)
    assert comparison.gains("a", "b") == pytest.approx(-np.array(by_hand))


def test_the_luck_of_being_chosen_is_larger_among_equals_than_beside_a_giant():
    equals = compare(guessers(EQUAL, seed=3), BINARY)
    giant = compare(guessers(EQUAL | {"net": 0.95}, seed=3), BINARY)

    assert equals.optimism("majority") > 0.005
    assert giant.optimism("majority") < 0.002


def test_probability_falls_as_the_region_grows():
    comparison = compare(guessers({"a": 0.7, "b": 0.8}, seed=0), BINARY)

    probabilities = [comparison.probability("b", "a", region) for region in (0.0, 0.08, 0.3)]

    assert probabilities == sorted(probabilities, reverse=True)
    assert probabilities[0] > 0.9
    assert probabilities[-1] < 0.05
