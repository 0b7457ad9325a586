"""Input channels, held to timm, whose rule it is."""

import pytest
import timm
import torch
from timm.models._manipulate import adapt_input_conv

from headstart.weights.surgery.channels import channels


@pytest.mark.parametrize("to", [1, 2, 3, 4, 6, 7])
def test_kernels_are_those_of_timm(to):
    kernel = torch.randn(5, 3, 3, 3, generator=torch.Generator().manual_seed(1))

    assert torch.allclose(channels(kernel, to=to), adapt_input_conv(to, kernel), atol=1e-6)


def test_grey_pictures_give_what_they_gave_in_colour():
    colour = timm.create_model("resnet18", pretrained=False).conv1
    grey = torch.randn(2, 1, 16, 16, generator=torch.Generator().manual_seed(2))
    folded = torch.nn.functional.conv2d(grey, channels(colour.weight, to=1), stride=2, padding=3)

    assert torch.allclose(folded, colour(grey.expand(-1, 3, -1, -1)), atol=1e-5)


def test_one_channel_becomes_three_of_a_third():
    assert torch.allclose(channels(torch.ones(1, 1, 1, 1), to=3), torch.full((1, 3, 1, 1), 1 / 3))
