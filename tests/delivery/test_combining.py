import numpy as np
import pytest

from headstart.delivery.combining import combine, cool, select, stack
from headstart.records import Probabilities


def shares(*rows: list[float]) -> Probabilities:
    return Probabilities(values=(np.array(rows, dtype=np.float64),))


def test_a_blend_is_the_weighted_mean_and_weights_need_not_sum_to_one():
    mixed = combine([shares([1.0, 0.0]), shares([0.0, 1.0])], [3.0, 1.0])

    assert mixed.values[0].tolist() == [[0.75, 0.25]]


def test_cooling_keeps_the_order_and_the_sum():
    before = shares([0.7, 0.2, 0.1])

    after = cool(before, 2.0).values[0][0]

    assert after.sum() == pytest.approx(1.0)
    assert 0.7 > after[0] > after[1] > after[2] > 0.1


def test_a_temperature_of_one_changes_nothing():
    before = shares([0.7, 0.3])

    assert cool(before, 1.0) is before


def test_selecting_from_a_stack_gives_the_parts_back():
    one, two = shares([1.0, 0.0]), shares([0.0, 1.0], [0.5, 0.5])

    both = stack([one, two])

    assert len(both) == 3
    assert select(both, np.array([1, 2])).values[0].tolist() == two.values[0].tolist()
