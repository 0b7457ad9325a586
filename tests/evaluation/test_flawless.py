"""A model that made no mistake on few rows may make some on the next ones, and intervals say so."""

import numpy as np
import pytest
from _contenders import BINARY, contender

from headstart.evaluation import Outcome, bbc, score_interval
from headstart.evaluation.comparison import compare
from headstart.evaluation.flawless import with_mistakes
from headstart.records import Numbers, Probabilities, Task


def flawless(rows, classes=2, seed=0):
    """A truth, and answers that name it in every row, more or less surely."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(classes, size=(rows, 1))
    values = np.full((rows, classes), 0.0)
    sure = generator.uniform(0.6, 1.0, rows)
    values += ((1 - sure) / (classes - 1))[:, None]
    values[np.arange(rows), truth[:, 0]] = sure
    return truth, Probabilities(values=(values,))


def drawn(rows, draws=3):
    found = []
    for draw in range(draws):
        truth, answer = flawless(rows, seed=draw)
        blocks = np.arange(rows) + draw * rows
        found.append(Outcome(draw=draw, score=1.0, truth=truth, prediction=answer, blocks=blocks))
    return contender("a", found)


def test_the_interval_of_an_accuracy_without_a_mistake_obeys_the_rule_of_three():
    truth, answer = flawless(150)

    assert score_interval("accuracy", truth, answer, BINARY) == (1 - 3 / 150, 1.0)


@pytest.mark.parametrize("name", ["f1", "balanced_accuracy", "roc_auc", "matthews_corrcoef"])
def test_so_do_other_metrics_that_can_be_flawless(name):
    truth, answer = flawless(150)

    low, high = score_interval(name, truth, answer, BINARY)

    assert high == 1.0
    assert 0.85 < low < 0.99


def test_groups_count_as_one_mistake_each():
    truth, answer = flawless(100)
    groups = np.repeat(np.arange(20), 5)

    low, _ = score_interval("accuracy", truth, answer, BINARY, blocks=groups)

    assert low == pytest.approx(1 - 3 / 20)


def test_where_a_mistake_was_seen_the_rows_tell_by_themselves():
    truth, answer = flawless(50)
    seen = Outcome(draw=0, score=0.98, truth=truth, prediction=answer)
    numbers = Outcome(draw=0, score=0.0, truth=truth, prediction=Numbers(values=truth))

    assert with_mistakes("accuracy", [seen], BINARY, 0.9) is None
    assert with_mistakes("rmse", [numbers], Task(kind="regression", targets=("y",)), 0.9) is None
    assert with_mistakes("accuracy", [], BINARY, 0.9) is None


def test_the_truth_lies_inside_where_mistakes_are_rare():
    generator = np.random.default_rng(1)
    inside = 0
    for seed in range(300):
        truth, answer = flawless(100, seed=seed)
        wrong = generator.random(100) < 0.01
        values = np.where(wrong[:, None], answer.values[0][:, ::-1], answer.values[0])
        told = Probabilities(values=(values,))
        low, high = score_interval("accuracy", truth, told, BINARY, resamples=200)
        inside += low <= 0.99 <= high

    assert inside / 300 >= 0.9


def test_a_standing_without_a_mistake_is_no_promise_of_none():
    one, ten = compare([drawn(40, draws=1)], BINARY), compare([drawn(40, draws=10)], BINARY)

    assert one.interval("a", 1.0) == (1 - 4 / 40, 1.0)
    assert ten.interval("a", 1.0) == (1 - 1 / 40, 1.0), "one of the next forty rows"


def test_neither_is_the_cross_validated_score():
    assert bbc([drawn(50)], BINARY).interval == (1 - 3 / 150, 1.0)


def test_mistakes_are_those_of_what_is_said_after_class_weights():
    truth = np.array([1] * 20 + [0] * 120)[:, None]
    chance = np.where(truth[:, 0] == 1, 0.3, 0.05)
    answer = Probabilities(
        values=(np.stack([1 - chance, chance], axis=1),), class_weights=(np.array([1.0, 4.0]),)
    )

    low, high = score_interval("f1", truth, answer, BINARY)

    assert high == 1.0
    assert 0.85 < low < 1.0


def test_of_a_precision_the_rows_said_to_be_positive_may_be_wrong_of_a_recall_the_positive_ones():
    truth = np.array([1] * 50 + [0] * 90)[:, None]
    said = np.array([1] * 20 + [0] * 120)  # thirty were missed, none was said in vain
    careful = Probabilities(values=(np.eye(2)[said] * 0.8 + 0.1,))
    generous = Probabilities(values=(np.eye(2)[np.ones(140, dtype=int)] * 0.8 + 0.1,))

    assert score_interval("precision", truth, careful, BINARY)[0] == pytest.approx(1 - 3 / 20)
    assert score_interval("recall", truth, generous, BINARY)[0] == pytest.approx(1 - 3 / 50)


def test_a_class_of_few_rows_may_be_worse_known_than_all():
    truth = np.array([1] * 5 + [0] * 135)[:, None]
    sure = np.r_[np.full(5, 0.99), np.linspace(0.6, 0.95, 135)]
    chance = np.where(truth[:, 0] == 1, sure, 1 - sure)
    answer = Probabilities(values=(np.stack([1 - chance, chance], axis=1),))

    assert score_interval("accuracy", truth, answer, BINARY)[0] == pytest.approx(1 - 3 / 140)
    assert score_interval("balanced_accuracy", truth, answer, BINARY)[0] == pytest.approx(0.8)


def test_two_targets_of_which_each_has_few_positive_rows():
    both = Task(
        kind="classification", targets=("y", "z"), classes=(("no", "yes"),) * 2, metric="recall"
    )
    truth = np.array([[1, 1]] * 20 + [[0, 0]] * 130)
    chance = np.where(truth == 1, 0.99, 0.3)
    values = tuple(np.stack([1 - chance[:, t], chance[:, t]], axis=1) for t in (0, 1))

    low, _ = score_interval("recall", truth, Probabilities(values=values), both)

    assert low == pytest.approx(1 - 3 / 20)


def test_row_weights_that_round_badly_change_nothing_and_rows_without_weight_do_not_count():
    truth, answer = flawless(90)
    weights = np.random.default_rng(0).random(90)
    weights[np.argsort(answer.values[0].max(axis=1))[:10]] = 0.0

    low, high = score_interval("accuracy", truth, answer, BINARY, weights=weights)

    assert high == pytest.approx(1.0)
    assert low < 0.995


def test_draws_beyond_five_check_the_same_rows_again():
    few, many = (
        with_mistakes("accuracy", drawn(40, draws=n).outcomes, BINARY, 0.9) for n in (5, 10)
    )

    assert few == many == 1 - 3 / 200


def test_what_one_sure_mistake_costs_a_log_loss_has_no_bound():
    truth, _ = flawless(30)
    sure = Outcome(
        draw=0,
        score=0.0,
        truth=truth,
        prediction=Probabilities(values=(np.eye(2)[truth[:, 0]],)),
    )

    assert with_mistakes("log_loss", [sure], BINARY, 0.9) is None
