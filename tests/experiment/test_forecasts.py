"""What a family answers is looked at before it counts."""

import numpy as np
import pytest

from headstart.experiment import forecasts
from headstart.records import Episodes, Numbers, Probabilities, Task

KINDS = Task(kind="classification", targets=("y",), classes=(("a", "b"),), metric="accuracy")
HEIGHT = Task(kind="regression", targets=("h",), metric="rmse")
POLE = Task(kind="control", metric="return")


def chances(*rows):
    return Probabilities(values=(np.array(rows, dtype=float),))


@pytest.mark.parametrize(
    ("task", "answer", "said"),
    [
        (KINDS, chances([0.5, 0.5], [1, 0]), ""),
        (HEIGHT, Numbers(values=np.zeros((2, 1))), ""),
        (KINDS, None, "it answered with NoneType, not with Probabilities"),
        (KINDS, Numbers(values=np.zeros((2, 1))), "it answered with Numbers"),
        (HEIGHT, np.zeros((2, 1)), "it answered with ndarray, not with Numbers"),
        (KINDS, chances([0.5, 0.5]), "it answered 1 rows out of 2"),
        (KINDS, chances([0.5, 0.2, 0.3], [1, 0, 0]), r"its shapes are [(2, 3)], not [(2, 2)]"),
        (KINDS, Probabilities(values=(np.ones(2),)), "its shapes are [(2,)], not [(2, 2)]"),
        (HEIGHT, Numbers(values=np.zeros(2)), "its shapes are [(2,)], not [(2, 1)]"),
        (POLE, Episodes(returns=np.ones(2), steps=np.ones(1), seeds=np.arange(2)), "its shapes"),
    ],
)
def test_a_wrong_kind_or_shape_is_named(task, answer, said):
    found = forecasts.fault(answer, task, 2)

    assert said in found
    assert bool(found) == bool(said)


def test_every_target_answers_every_row():
    task = Task(kind="classification", targets=("y", "z"), classes=(("a", "b"), ("c", "d")))
    short = Probabilities(values=(np.full((2, 2), 0.5), np.full((1, 2), 0.5)))

    assert (
        forecasts.fault(short, task, 2) == "its shapes are [(2, 2), (1, 2)], not [(2, 2), (2, 2)]"
    )


def test_probabilities_are_not_negative_and_sum_to_one():
    assert forecasts.is_probable(chances([0.25, 0.75], [1, 0]))
    assert not forecasts.is_probable(chances([0.25, 0.25]))
    assert not forecasts.is_probable(chances([-0.5, 1.5]))
    assert forecasts.is_probable(Numbers(values=np.array([[-7.0]])))


def test_answers_agree_up_to_single_precision():
    one = Numbers(values=np.array([[1.0], [1000.0]]))

    assert forecasts.agree(one, Numbers(values=np.array([[1.0], [1000.01]])))
    assert not forecasts.agree(one, Numbers(values=np.array([[1.0], [1001.0]])))
    assert not forecasts.agree(one, Numbers(values=np.array([[1.0]])))
    assert not forecasts.agree(chances([0.5, 0.5]), chances([0.4, 0.6]))
