import numpy as np
import pytest
from _contenders import BINARY, contender, guessers

from headstart.evaluation import Outcome
from headstart.evaluation.comparison import compare
from headstart.metrics import score
from headstart.records import Numbers, Task

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


def test_the_interval_holds_what_other_rows_will_say():
    generator, held = np.random.default_rng(10**6), []
    for seed in range(80):
        comparison = compare(guessers({"a": 0.75}, seed=seed, draws=5, rows=500), BINARY)
        low, high = comparison.interval("a", np.mean(list(comparison.scores["a"].values())))
        locked = generator.binomial(100, 0.75 + 0.01 * generator.standard_normal()) / 100
        held.append(low <= locked <= high)

    assert np.mean(held) >= 0.93


def test_on_a_single_draw_the_interval_is_wider_than_its_rows_alone_explain():
    one = compare(guessers({"a": 0.75}, seed=0, draws=1), BINARY)

    low, high = one.interval("a", one.scores["a"][0])

    assert high - low > 1.3 * 2 * 1.96 * one.samples["a"][0].std() * 0.95


def test_draws_that_few_rows_leave_undefined_still_give_an_interval():
    numbers = Task(kind="regression", targets=("y",), metric="r2")
    truth, outcomes = np.arange(12.0)[:, None], []
    for draw in range(10):
        check = np.random.default_rng(draw // 5).permutation(12)[draw % 5 :: 5]
        answer = Numbers(values=truth[check] + 0.5)
        outcomes.append(
            Outcome(
                draw=draw,
                score=score("r2", truth[check], answer, numbers),
                truth=truth[check],
                prediction=answer,
                blocks=check,
            )
        )
    comparison = compare([contender("a", outcomes)], numbers)

    low, high = comparison.interval("a", 0.5)

    assert np.isfinite([low, high]).all()
