"""Kernels over time: a film that stands still gives what its picture gave."""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from headstart import weights
from headstart.weights.surgery.inflation import inflation


def test_a_still_film_gives_what_its_picture_gave():
    generator = torch.Generator().manual_seed(1)
    kernel = torch.randn(4, 3, 3, 3, generator=generator)
    picture = torch.randn(1, 3, 8, 8, generator=generator)

    film = F.conv3d(picture.unsqueeze(2).expand(-1, -1, 5, -1, -1), inflation(kernel, moments=5))

    assert torch.allclose(film[:, :, 0], F.conv2d(picture, kernel), atol=1e-5)


def test_more_moments_keep_the_sum_of_a_kernel_over_time():
    kernel = torch.randn(2, 1, 2, 3, 3, generator=torch.Generator().manual_seed(2))

    longer = inflation(kernel, moments=6)

    assert torch.allclose(longer.sum(dim=2), kernel.sum(dim=2), atol=1e-6)


def test_a_plan_inflates_a_network_of_pictures():
    source = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 3))
    target = nn.Sequential(nn.Conv3d(3, 4, (4, 3, 3)), nn.ReLU(), nn.Conv3d(4, 4, (1, 3, 3)))

    plan = weights.plan(source, target)
    plan.apply(check=False)

    assert plan.of("0.weight").how == "repeated over 4 moments"
    assert torch.allclose(target[0].weight.sum(dim=2), source[0].weight, atol=1e-6)
