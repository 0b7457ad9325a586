"""Averages of models with the same start."""

import pytest
import torch

from headstart.errors import WeightsError
from headstart.weights import average, greedy_soup


def state(value):
    return {"w": torch.full((2,), float(value)), "seen": torch.tensor(7)}


def test_tensors_are_averaged_and_counts_are_not():
    made = average([state(1), state(3)])

    assert made["w"].tolist() == [2.0, 2.0]
    assert made["seen"] == 7


def test_a_soup_takes_only_what_helps_and_is_never_worse_than_the_best():
    def loss(each):
        return abs(float(each["w"][0]) - 2.0)

    made, chosen = greedy_soup([state(9), state(1), state(3)], loss)

    assert chosen == (1, 2)
    assert made["w"].tolist() == [2.0, 2.0]


def test_models_of_other_networks_are_refused_by_the_tensor_that_differs():
    with pytest.raises(WeightsError, match=r"`w` is \(2,\) in the first model and \(3,\)"):
        average([state(1), {"w": torch.zeros(3), "seen": torch.tensor(1)}])
    with pytest.raises(WeightsError, match="nothing to average"):
        average([])
