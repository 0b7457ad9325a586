"""Statistics of batches, measured again."""

import pytest
import torch
from torch import nn

from headstart.errors import WeightsError
from headstart.weights import measure_statistics


def test_statistics_become_those_of_the_rows_shown():
    network = nn.Sequential(nn.BatchNorm1d(2)).eval()
    batches = [torch.randn(64, 2, generator=generator(seed)) * 3 + 5 for seed in range(8)]

    assert measure_statistics(network, batches) == 1

    rows = torch.cat(batches)
    assert torch.allclose(network[0].running_mean, rows.mean(dim=0), atol=1e-4)
    assert torch.allclose(network[0].running_var, rows.var(dim=0), rtol=0.05)


def test_nothing_else_is_touched():
    network = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Dropout(0.5)).train()
    before = {name: value.clone() for name, value in network.named_parameters()}

    measure_statistics(network, [torch.randn(8, 2, generator=generator(1))])

    assert all(torch.equal(value, before[name]) for name, value in network.named_parameters())
    assert network.training
    assert network[2].training
    assert network[1].momentum == 0.1


def test_a_network_without_such_layers_and_no_rows_are_refused():
    with pytest.raises(WeightsError, match="keeps no statistics"):
        measure_statistics(nn.Linear(2, 2), [torch.zeros(1, 2)])
    with pytest.raises(WeightsError, match="no batch"):
        measure_statistics(nn.BatchNorm1d(2), [])


def generator(seed):
    return torch.Generator().manual_seed(seed)
