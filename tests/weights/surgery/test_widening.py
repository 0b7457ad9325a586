"""A larger network that computes the same."""

import torch
from torch import nn

from headstart import weights
from headstart.weights.surgery.widening import widening


def test_who_listens_divides_by_the_number_of_twins():
    weight = torch.tensor([[6.0, 9.0]])

    wide = widening(weight, to=[1, 3], inputs=[1])

    assert wide.tolist() == [[3.0, 3.0, 9.0]]


def test_a_perceptron_of_any_greater_width_computes_the_same():
    source, target = perceptron(7), perceptron(11)

    check = weights.plan(source, target).apply(rows=20).receipt.check

    assert check.function_preserved
    assert check.max_difference <= 1e-5


def test_a_layer_norm_of_uneven_twins_is_no_longer_the_same_and_that_is_said():
    plan = weights.plan(normed(4), normed(6))

    assert not plan.preserves
    assert normed_check(4, 8).function_preserved
    assert not normed_check(4, 6).function_preserved


def test_recurrent_layers_widen_gate_by_gate():
    source, target = nn.LSTM(3, 4, batch_first=True), nn.LSTM(3, 8, batch_first=True)
    rows = torch.randn(20, 5, 3, generator=torch.Generator().manual_seed(1))

    weights.plan(source, target).apply(check=False)

    with torch.no_grad():
        before, after = source(rows)[0], target(rows)[0]
    assert torch.allclose(after, before.repeat_interleave(2, dim=-1), atol=1e-5)


def perceptron(width):
    return nn.Sequential(
        nn.Linear(5, width), nn.ReLU(), nn.Linear(width, width), nn.Linear(width, 2)
    )


def normed(width):
    return nn.Sequential(nn.Linear(5, width), nn.LayerNorm(width), nn.Linear(width, 2))


def normed_check(before, after):
    return weights.plan(normed(before), normed(after)).apply().receipt.check
