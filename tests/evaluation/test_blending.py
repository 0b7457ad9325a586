import numpy as np
import pytest

from headstart.delivery.combining import combine
from headstart.evaluation import blend_weights
from headstart.metrics import proper_loss
from headstart.records import Numbers, Probabilities, Task

NUMBER = Task(kind="regression", targets=("y",))
BINARY = Task(kind="classification", targets=("y",), classes=(("no", "yes"),))


def noisy(truth, size, seed):
    return Numbers(values=truth + size * np.random.default_rng(seed).standard_normal(truth.shape))


def test_independent_errors_share_the_weight():
    truth = np.random.default_rng(0).standard_normal((2000, 1))
    answers = {name: noisy(truth, 1.0, seed) for seed, name in enumerate("abcd", start=1)}

    weights = blend_weights(answers, truth, NUMBER)

    assert sum(weights.values()) == pytest.approx(1.0)
    assert set(weights) == set("abcd")
    assert max(weights.values()) < 0.4


def test_a_blend_is_at_least_as_good_as_its_best_member():
    truth = np.random.default_rng(0).standard_normal((500, 1))
    answers = {"a": noisy(truth, 0.5, 1), "b": noisy(truth, 0.7, 2), "c": noisy(truth, 3.0, 3)}

    weights = blend_weights(answers, truth, NUMBER)

    blended = combine([answers[name] for name in weights], list(weights.values()))
    best = min(proper_loss(truth, answer, NUMBER) for answer in answers.values())
    assert proper_loss(truth, blended, NUMBER) <= best


def test_a_useless_candidate_gets_nothing():
    truth = np.zeros((100, 1))
    answers = {"good": Numbers(values=truth), "bad": Numbers(values=truth + 5.0)}

    assert blend_weights(answers, truth, NUMBER) == {"good": 1.0}


def test_equal_candidates_go_to_the_first():
    truth = np.zeros((10, 1))
    same = Numbers(values=truth + 1.0)

    assert blend_weights({"cheap": same, "dear": same}, truth, NUMBER) == {"cheap": 1.0}


def test_probabilities_are_blended_by_log_loss():
    truth = np.array([[0], [1]] * 50)
    yes = Probabilities(values=(np.tile([0.2, 0.8], (100, 1)),))
    no = Probabilities(values=(np.tile([0.8, 0.2], (100, 1)),))

    assert blend_weights({"yes": yes, "no": no}, truth, BINARY) == {"yes": 0.5, "no": 0.5}


def test_an_answer_that_is_not_finite_is_never_chosen():
    truth = np.zeros((4, 1))
    answers = {"broken": Numbers(values=truth + np.nan), "whole": Numbers(values=truth + 1.0)}

    assert blend_weights(answers, truth, NUMBER) == {"whole": 1.0}
