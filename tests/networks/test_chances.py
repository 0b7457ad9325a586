"""Probabilities of classes are sums over the outputs that mean them."""

import pytest

torch = pytest.importorskip("torch")

from headstart.networks.chances import chances  # noqa: E402

OUTPUTS = torch.randn(5, 6, generator=torch.Generator().manual_seed(0))


def test_one_output_for_each_class_is_a_softmax_over_these_alone():
    found = chances(OUTPUTS, ((4,), (0,), (2,)))

    assert torch.equal(found, OUTPUTS[:, [4, 0, 2]].double().softmax(dim=1))


def test_several_outputs_of_a_class_add_up_and_those_of_none_are_left_out():
    whole = OUTPUTS.double().softmax(dim=1)
    wanted = torch.stack([whole[:, [1, 5]].sum(1), whole[:, 3]], dim=1)

    found = chances(OUTPUTS, ((1, 5), (3,)))

    torch.testing.assert_close(found, wanted / wanted.sum(dim=1, keepdim=True))


def test_no_rows_are_no_rows():
    assert chances(OUTPUTS[:0], ((0,), (1,))).shape == (0, 2)
