"""Who is too sure is told from who is wrong."""

from __future__ import annotations

from functools import partial

import torch
from torch import nn

from headstart.training.heads import class_heads
from headstart.training.tempering import best_temperature, soften

HEADS = class_heads(("y",), (("a", "b"),))
TRUTH = torch.tensor([[0], [0], [0], [1]])
ONES = torch.ones(4)
LOSSES = partial(HEADS.losses, truth=TRUTH)


def logits(*first: float) -> torch.Tensor:
    """(1, b, 2): how much more the first class is believed in."""
    return torch.tensor([[[each, 0.0] for each in first]])


def test_outputs_that_are_too_sure_lose_no_more_than_the_same_ones_in_doubt():
    sure, fair = logits(4.4, 4.4, 4.4, 4.4), logits(1.1, 1.1, 1.1, 1.1)

    temperature, loss = best_temperature(sure, LOSSES, ONES)

    assert temperature == 4.0
    assert loss == best_temperature(fair, LOSSES, ONES)[1]


def test_outputs_that_are_right_or_in_doubt_stay_as_they_are():
    right, doubtful = logits(9.0, 9.0, 9.0, -9.0), logits(0.2, 0.2, 0.2, -0.2)

    assert best_temperature(right, LOSSES, ONES)[0] == 1.0
    assert best_temperature(doubtful, LOSSES, ONES)[0] == 1.0


def test_who_tells_more_rows_apart_wins_though_it_is_too_sure():
    blind, sure = logits(1.1, 1.1, 1.1, 1.1), logits(12.0, 12.0, -4.0, -12.0)

    assert LOSSES(sure).mean() > LOSSES(blind).mean()
    assert best_temperature(sure, LOSSES, ONES)[1] < best_temperature(blind, LOSSES, ONES)[1]


def test_rows_without_weight_say_nothing():
    sure = logits(9.0, 9.0, 9.0, 9.0)

    assert best_temperature(sure, LOSSES, torch.tensor([1.0, 1.0, 1.0, 0.0]))[0] == 1.0


def test_a_softened_layer_gives_its_outputs_divided():
    layer, x = nn.Linear(3, 2), torch.randn(5, 3)
    before = layer(x)

    soften([layer], 2.5)

    torch.testing.assert_close(layer(x), before / 2.5)
