from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.xdist_group("torch")

from headstart.features.picture_likeness import gap, of_gap  # noqa: E402


@pytest.fixture
def network():
    """One layer that has seen numbers of mean 2 and standard deviation 3 in its only channel."""
    layer = torch.nn.BatchNorm2d(1)
    layer.running_mean.fill_(2.0)
    layer.running_var.fill_(9.0)
    return torch.nn.Sequential(layer).eval()


def pixels(mean, spread):
    generator = torch.Generator().manual_seed(0)
    return mean + spread * torch.randn(64, 1, 16, 16, generator=generator)


def test_what_the_network_has_seen_has_no_gap(network):
    assert gap(network, lambda: network(pixels(2.0, 3.0))) == pytest.approx(0.0, abs=1e-3)


def test_the_gap_is_the_divergence_of_two_normal_distributions(network):
    moved = gap(network, lambda: network(pixels(5.0, 3.0)))
    narrow = gap(network, lambda: network(pixels(2.0, 1.0)))

    assert moved == pytest.approx(0.5 * (5.0 - 2.0) ** 2 / 9.0, rel=0.02)
    wanted = torch.distributions.kl_divergence(
        torch.distributions.Normal(2.0, 1.0), torch.distributions.Normal(2.0, 3.0)
    )
    assert narrow == pytest.approx(float(wanted), rel=0.02)


def test_all_batches_count_together(network):
    def read():
        network(pixels(1.0, 0.1))
        network(pixels(3.0, 0.1))

    assert gap(network, read) < gap(network, lambda: network(pixels(3.0, 0.1)))


def test_nothing_stays_on_the_network(network):
    gap(network, lambda: network(pixels(2.0, 3.0)))

    assert not network[0]._forward_pre_hooks


def test_a_network_without_such_layers_does_not_tell():
    plain = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.ReLU())

    assert gap(plain, lambda: plain(pixels(0.0, 1.0))) is None
    assert of_gap(None) is None


@pytest.mark.parametrize(("value", "level"), [(0.1, "high"), (0.25, "medium"), (0.5, "low")])
def test_levels_follow_what_was_measured_on_known_pictures(value, level):
    assert of_gap(value).level == level
