"""The same numbers under another shape."""

import torch
import transformers
from torch import nn

from headstart import weights
from headstart.weights.surgery.layout import reshaped, transposed


def test_layers_of_gpt2_are_turned_for_linear_layers():
    crossed = transformers.pytorch_utils.Conv1D(6, 6)  # square: only its kind tells
    linear = nn.Linear(6, 6)
    source, target = nn.ModuleDict({"up": crossed}), nn.ModuleDict({"up": linear})

    plan = weights.plan(source, target)
    plan.apply(check=False)

    assert plan.of("up.weight").action == "adapted"
    rows = torch.randn(3, 6)
    assert torch.allclose(linear(rows), crossed(rows), atol=1e-6)


def test_a_linear_layer_is_a_convolution_of_one_pixel():
    kernel = reshaped(torch.arange(6.0).reshape(2, 3), to=(2, 3, 1, 1))

    assert kernel[1, 2, 0, 0] == 5.0
    assert torch.equal(transposed(kernel[:, :, 0, 0]), torch.arange(6.0).reshape(2, 3).T)


def test_a_table_with_a_batch_of_one_fits_one_without():
    class Table(nn.Module):
        def __init__(self, *shape):
            super().__init__()
            self.position_embeddings = nn.Parameter(torch.randn(*shape))

        def forward(self, rows):
            return rows + self.position_embeddings

    target = Table(5, 4)
    source = Table(1, 5, 4)

    plan = weights.plan(source, target)
    plan.apply(check=False)

    assert "reshaped" in plan.of("position_embeddings").how
    assert torch.equal(target.position_embeddings, source.position_embeddings[0])
