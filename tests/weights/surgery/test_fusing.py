"""Queries, keys and values: fused by one library, apart in another."""

import timm
import torch
import transformers
from _tiny import disturbed

from headstart import weights
from headstart.weights.surgery.fusing import fused, split

_SIZE = {"image_size": 32, "patch_size": 8}


def timm_vit():
    made = timm.create_model(
        "vit_tiny_patch16_224",
        pretrained=False,
        img_size=32,
        patch_size=8,
        embed_dim=16,
        depth=2,
        num_heads=2,
        mlp_ratio=2.0,
        num_classes=3,
    )
    return disturbed(made)


def other_vit():
    config = transformers.ViTConfig(
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        num_labels=3,
        layer_norm_eps=1e-6,
        **_SIZE,
    )
    return disturbed(transformers.ViTForImageClassification(config))


def test_parts_and_whole_are_each_others_inverse():
    parts = [torch.full((2, 3), float(place)) for place in range(3)]

    whole = fused(parts)

    assert all(torch.equal(split(whole, part=k, parts=3), parts[k]) for k in range(3))


def test_timms_vit_answers_the_same_in_transformers():
    source, target = timm_vit(), other_vit()
    pictures = torch.randn(20, 3, 32, 32, generator=torch.Generator().manual_seed(4))

    plan = weights.plan(source, target)
    plan.apply(check=False)

    assert plan.coverage == 1.0
    with torch.no_grad():
        apart = (target(pictures).logits - source(pictures)).abs().max()
    assert apart <= 1e-5


def test_a_vit_of_transformers_answers_the_same_in_timm():
    source, target = other_vit(), timm_vit()
    pictures = torch.randn(20, 3, 32, 32, generator=torch.Generator().manual_seed(5))

    plan = weights.plan(source, target)
    plan.apply(check=False)

    move = plan.of("blocks.0.attn.qkv.weight")
    assert len(move.sources) == 3
    assert "one above the other" in move.how
    records = [m for m in plan.records() if m.source in move.sources]
    assert [m.target for m in records] == ["blocks.0.attn.qkv.weight", None, None]
    with torch.no_grad():
        assert (target(pictures) - source(pictures).logits).abs().max() <= 1e-5
