import numpy as np
import pytest
from _contenders import BINARY, contender, guessers

from headstart.evaluation import Outcome, bbc
from headstart.metrics import score
from headstart.records import Probabilities


def test_one_contender_needs_no_correction():
    field = guessers({"only": 0.8}, seed=0, draws=5)
    measured = np.mean([outcome.score for outcome in field[0].outcomes])

    corrected = bbc(field, BINARY)

    assert corrected.score == pytest.approx(measured, abs=0.01)
    assert corrected.interval[0] < measured < corrected.interval[1]


def test_the_best_of_many_coins_is_corrected_to_a_coin():
    names = {f"coin {number}": 0.5 for number in range(20)}
    naive, corrected = [], []

    for seed in range(20):
        field = guessers(names, seed, draws=5, rows=100, alike=0.0)
        naive.append(max(np.mean([o.score for o in each.outcomes]) for each in field))
        corrected.append(bbc(field, BINARY, resamples=200).score)

    assert np.mean(naive) > 0.57
    assert np.mean(corrected) == pytest.approx(0.5, abs=0.025)


def test_the_interval_holds_the_skill_of_the_choice():
    held = []

    for seed in range(40):
        field = guessers({"a": 0.7, "b": 0.7, "c": 0.7}, seed, draws=5, rows=200)
        low, high = bbc(field, BINARY, resamples=200).interval
        held.append(low <= 0.7 <= high)

    assert np.mean(held) >= 0.85


def test_contenders_without_a_common_draw_have_no_corrected_score():
    field = guessers({"a": 0.7, "b": 0.7}, seed=0, draws=2)
    apart = [
        contender("a", field[0].outcomes[:1], is_floor=True),
        contender("b", field[1].outcomes[1:]),
    ]

    assert np.isnan(bbc(apart, BINARY).score)


def test_scores_of_all_draws_are_averaged():
    truth = np.zeros((40, 1), dtype=np.int64)
    outcomes = []
    for draw, right in enumerate((40, 20)):
        answer = Probabilities(values=(np.eye(2)[np.where(np.arange(40) < right, 0, 1)],))
        value = score("accuracy", truth, answer, BINARY)
        outcomes.append(Outcome(draw=draw, score=value, truth=truth, prediction=answer))

    assert bbc([contender("a", outcomes)], BINARY).score == pytest.approx(0.75, abs=0.01)
