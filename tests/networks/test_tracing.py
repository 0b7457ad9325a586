"""A run that is watched shows what the network does, and changes nothing."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from headstart.networks.tracing import (  # noqa: E402
    description,
    of_one_input,
    trace,
    with_open_sizes,
    without_varying_sizes,
)


class Residual(nn.Module):
    """Two maps, and one beside them; a bend that is no module."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(4, 6), nn.Linear(6, 4)
        self.beside = nn.Linear(4, 4)
        self.unused = nn.Linear(2, 2)

    def forward(self, x):
        return self.beside(x) + self.second(torch.relu(self.first(x)))


def test_layers_stand_in_the_order_of_the_run_and_unused_ones_at_the_end():
    seen = of_one_input(trace(Residual(), torch.zeros(3, 4)))

    assert [(layer.name, layer.output) for layer in seen.layers] == [
        ("beside", (4,)),
        ("first", (6,)),
        ("second", (4,)),
        ("unused", None),
    ]
    assert [layer.parameters for layer in seen.layers] == [20, 30, 28, 6]


def test_depth_is_the_longest_way_and_bends_are_seen_without_being_modules():
    seen = trace(Residual(), torch.zeros(3, 4))

    assert seen.depth == 2
    assert seen.bends == ("relu",)


@pytest.mark.parametrize(("blocks", "deep"), [((2, 2, 2, 2), 18), ((3, 4, 6, 3), 34)])
def test_a_residual_network_is_as_deep_as_its_name_says(blocks, deep):
    models = pytest.importorskip("torchvision").models
    with torch.device("meta"):
        network = getattr(models, f"resnet{deep}")(weights=None)

    seen = trace(network, torch.empty(1, 3, 64, 64, device="meta"))

    assert seen.depth == deep
    assert seen.bends == ("relu", "max pooling")


def test_a_tensor_under_two_names_is_counted_once():
    network = nn.Sequential(nn.Linear(3, 3, bias=False), nn.Linear(3, 3, bias=False))
    network[1].weight = network[0].weight

    assert [layer.parameters for layer in trace(network, torch.zeros(1, 3)).layers] == [9, 0]


def test_a_tensor_of_the_whole_network_is_not_said_to_make_what_the_network_makes():
    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(4))
            self.layer = nn.Linear(4, 2)

        def forward(self, x):
            return self.layer(x * self.scale)

    scale, layer = trace(Scaled(), torch.zeros(1, 4)).layers

    assert (scale.name, scale.parameters, scale.output) == ("scale", 4, None)
    assert layer.output == (1, 2)


def test_a_recurrent_network_counts_once_however_long_its_input():
    network = nn.Sequential(nn.LSTM(4, 5, batch_first=True, bidirectional=True))

    seen = trace(network, torch.zeros(2, 30, 4))

    assert seen.depth == 1
    assert seen.bends == ("sigmoid", "tanh")
    assert seen.layers[0].kind == "LSTM"
    assert seen.layers[0].parameters == sum(each.numel() for each in network.parameters())


def test_sizes_that_depend_on_the_input_are_open_or_left_out():
    network = nn.Sequential(nn.Embedding(9, 4))
    short, long = (trace(network, torch.zeros(2, n, dtype=torch.long)) for n in (3, 5))

    assert with_open_sizes(short, long).layers[0].output == (2, None, 4)
    assert without_varying_sizes(short, long).layers[0].output == (2, 4)


def test_nothing_is_left_behind_in_the_network():
    network = Residual()
    before = {name: value.clone() for name, value in network.state_dict().items()}

    said = description(network, lambda rows: (torch.zeros(rows, 4),))

    assert said["parameters"] == sum(layer["parameters"] for layer in said["layers"])
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert not any(module._forward_hooks for module in network.modules())
