"""Patch sizes, held to timm, and to what resizing is for."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from timm.layers import resample_patch_embed

from headstart.weights.surgery.patches import patches


@pytest.mark.parametrize("to", [(8, 8), (32, 32), (12, 12), (16, 8)])
def test_kernels_are_those_of_timm(to):
    kernel = 0.02 * torch.randn(4, 3, 16, 16, generator=torch.Generator().manual_seed(1))

    assert torch.allclose(patches(kernel, to=to), resample_patch_embed(kernel, list(to)), atol=1e-6)


def test_a_patch_drawn_larger_means_the_same():
    generator = torch.Generator().manual_seed(2)
    kernel, patch = (torch.randn(1, 1, 8, 8, generator=generator) for _ in range(2))
    larger = F.interpolate(patch, size=(16, 16), mode="bicubic", antialias=True)

    answer = (patches(kernel, to=(16, 16)) * larger).sum()

    assert float(answer) == pytest.approx(float((kernel * patch).sum()), abs=1e-4)
