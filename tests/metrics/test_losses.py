import numpy as np
import pytest

from headstart.errors import AskError
from headstart.metrics import proper_loss, row_losses
from headstart.records import Episodes, Numbers, Probabilities, Task

BINARY = Task(kind="classification", targets=("y",), classes=(("no", "yes"),))
NUMBER = Task(kind="regression", targets=("y",))


def test_log_loss_is_the_mean_surprise_in_nats():
    answer = Probabilities(values=(np.array([[0.5, 0.5], [0.25, 0.75]]),))

    losses = row_losses(np.array([[0], [0]]), answer, BINARY)

    assert losses == pytest.approx([np.log(2), np.log(4)])
    assert proper_loss(np.array([[0], [0]]), answer, BINARY) == pytest.approx(losses.mean())


def test_an_impossible_event_costs_a_finite_amount():
    answer = Probabilities(values=(np.array([[1.0, 0.0]]),))

    assert row_losses(np.array([[1]]), answer, BINARY)[0] == pytest.approx(-np.log(1e-15))


def test_loss_of_numbers_is_in_units_of_the_spread():
    truth, answer = np.zeros((2, 1)), Numbers(values=np.array([[6.0], [8.0]]))

    assert row_losses(truth, answer, NUMBER, scale=np.array([2.0])) == pytest.approx([9, 16])
    assert proper_loss(truth, answer, NUMBER, scale=np.array([2.0])) == pytest.approx(12.5**0.5)


def test_a_target_without_spread_keeps_its_units():
    truth, answer = np.zeros((1, 1)), Numbers(values=np.array([[6.0]]))

    assert proper_loss(truth, answer, NUMBER, scale=np.array([0.0])) == 6.0


def test_row_weights_count():
    truth, answer = np.zeros((2, 1)), Numbers(values=np.array([[0.0], [2.0]]))

    assert proper_loss(truth, answer, NUMBER, weights=np.array([3.0, 1.0])) == 1.0


def test_loss_in_a_world_is_minus_the_return():
    episodes = Episodes(returns=np.array([1.0, 3.0]), steps=np.ones(2), seeds=np.arange(2))

    assert proper_loss(None, episodes, Task(kind="game")) == -2.0


def test_a_wild_answer_has_an_infinite_loss_and_no_answer_has_none():
    truth = np.zeros((1, 1))

    assert proper_loss(truth, Numbers(values=np.array([[1e200]])), NUMBER) == np.inf
    assert np.isnan(proper_loss(truth[:0], Numbers(values=np.zeros((0, 1))), NUMBER))


def test_a_kind_without_a_loss_is_refused():
    with pytest.raises(AskError, match="no loss per row for tasks of kind captioning yet"):
        row_losses(None, Numbers(values=np.zeros((1, 1))), Task(kind="captioning"))
