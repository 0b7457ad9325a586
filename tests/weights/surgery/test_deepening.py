"""A deeper network that computes the same, and learns from there."""

import pytest
import torch
from _tiny import network
from torch import nn

from headstart import weights
from headstart.weights.surgery.deepening import adds_nothing


def test_what_a_block_adds_by_is_known_in_every_dialect():
    for name in (
        "attention.output.dense.weight",
        "output.dense.bias",
        "attention.o_proj.weight",
        "mlp.fc2.weight",
        "layer.0.SelfAttention.o.weight",
        "layer.1.DenseReluDense.wo.weight",
        "pwconv2.weight",
        "fc2.bias",
    ):
        assert adds_nothing(name)
    assert not adds_nothing("attention.self.query.weight")
    assert not adds_nothing("intermediate.dense.weight")
    assert adds_nothing("layer.1.normalization.weight", last=1)
    assert not adds_nothing("layer.0.normalization.weight", last=1)


def test_the_norm_at_the_end_moves_to_the_new_end():
    source, target = network("bert"), network("bert", "deeper")

    plan = weights.plan(source, target)
    plan.apply()

    before, after = source.bert.encoder.layer, target.bert.encoder.layer
    assert torch.equal(after[3].output.LayerNorm.weight, before[1].output.LayerNorm.weight)
    assert after[1].output.LayerNorm.weight.tolist() == [1.0] * 16
    assert "moves along" in plan.of("bert.encoder.layer.1.output.LayerNorm.weight").because


@pytest.mark.parametrize("norm_first", [True, False])
def test_blocks_of_torch_get_deeper_without_a_change(norm_first):
    def blocks(depth):
        layer = nn.TransformerEncoderLayer(16, 2, 24, 0.0, batch_first=True, norm_first=norm_first)
        made = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False).eval()
        with torch.no_grad():
            for parameter in made.parameters():
                parameter.add_(0.2 * torch.randn_like(parameter))
        return made

    source, target = blocks(2), blocks(4)
    weights.plan(source, target).apply(check=False)

    rows = torch.randn(20, 5, 16)
    assert torch.allclose(target(rows), source(rows), atol=1e-5)


def test_new_blocks_can_learn():
    source, target = network("vit"), network("vit", "deeper")
    weights.plan(source, target).apply()

    pictures = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    target(pictures).logits.square().sum().backward()

    assert target.vit.layers[2].mlp.fc2.weight.grad.abs().max() > 0


def test_a_new_plain_layer_passes_on_what_it_gets():
    def layers(depth):
        inner = [each for _ in range(depth) for each in (nn.Linear(6, 6), nn.ReLU())]
        return nn.ModuleDict({"body": nn.Sequential(nn.Linear(4, 6), nn.ReLU(), *inner)})

    source, target = layers(1), layers(3)
    weights.plan(source, target).apply(check=False)
    rows = torch.randn(20, 4, generator=torch.Generator().manual_seed(2))

    assert torch.allclose(target["body"](rows), source["body"](rows), atol=1e-6)


def test_blocks_of_another_kind_move_up_where_all_stand_in_one_list():
    plan = weights.plan(network("efficientnet"), network("efficientnet", "deeper"))

    move = plan.of("efficientnet.encoder.blocks.3.expansion.expand_conv.weight")

    assert move.sources == ("efficientnet.encoder.blocks.2.expansion.expand_conv.weight",)
    assert move.action == "copied"
