import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from headstart.networks.low_rank import LowRank, add_low_rank, merge_low_rank  # noqa: E402


def network():
    torch_generator = torch.Generator().manual_seed(0)
    layers = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Sequential(nn.Linear(5, 3)))
    for value in layers.parameters():
        value.data = torch.randn(value.shape, generator=torch_generator)
    return layers


def generator():
    return torch.Generator().manual_seed(1)


def test_a_changed_network_begins_as_the_unchanged_one():
    inputs = torch.randn(4, 6, generator=generator())
    layers = network()
    before = layers(inputs)

    add_low_rank(layers, rank=2, strength=4.0, generator=generator())

    assert torch.equal(layers(inputs), before)


def test_only_the_changes_learn_and_they_are_few():
    layers = network()

    learning = add_low_rank(layers, rank=1, strength=2.0, generator=generator())

    moving = [value for value in layers.parameters() if value.requires_grad]
    assert {id(value) for value in moving} == {id(value) for value in learning}
    assert sum(value.numel() for value in learning) == (6 + 5) + (5 + 3)


def test_merged_equals_unmerged():
    inputs = torch.randn(4, 6, generator=generator())
    layers = network()
    for change in add_low_rank(layers, rank=2, strength=4.0, generator=generator()):
        change.data = torch.randn(change.shape, generator=generator())
    unmerged = layers(inputs)

    merge_low_rank(layers)

    assert not any(isinstance(module, LowRank) for module in layers.modules())
    assert layers.state_dict().keys() == network().state_dict().keys()
    assert all(value.requires_grad for value in layers.parameters())
    torch.testing.assert_close(layers(inputs), unmerged, atol=1e-5, rtol=0)
