"""EfficientNet-Lite0 under other names is the same network."""

from __future__ import annotations

import pytest

from headstart import weights
from headstart.weights import Found
from headstart.weights.naming import efficientnet_lite

LITE = "efficientnet_lite0.in1k"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("_conv_stem.weight", "conv_stem.weight"),
        ("_bn0.running_mean", "bn1.running_mean"),
        ("_bn1.bias", "bn2.bias"),
        ("_conv_head.weight", "conv_head.weight"),
        ("_fc.bias", "classifier.bias"),
        ("_blocks.0._depthwise_conv.weight", "blocks.0.0.conv_dw.weight"),
        ("_blocks.0._bn1.weight", "blocks.0.0.bn1.weight"),
        ("_blocks.0._project_conv.weight", "blocks.0.0.conv_pw.weight"),
        ("_blocks.1._expand_conv.weight", "blocks.1.0.conv_pw.weight"),
        ("_blocks.1._bn0.weight", "blocks.1.0.bn1.weight"),
        ("_blocks.2._project_conv.weight", "blocks.1.1.conv_pwl.weight"),
        ("_blocks.2._bn2.weight", "blocks.1.1.bn3.weight"),
        ("_blocks.15._depthwise_conv.weight", "blocks.6.0.conv_dw.weight"),
    ],
)
def test_each_part_has_its_name_in_timm(theirs, ours):
    assert efficientnet_lite(theirs) == ours


@pytest.mark.parametrize("name", ["_blocks.16._bn0.weight", "_blocks.x._bn0.weight", "other"])
def test_an_unknown_name_stays_so_that_strict_loading_refuses_it(name):
    assert efficientnet_lite(name) == name


@pytest.fixture(scope="module")
def network():
    """EfficientNet-Lite0 of timm with the parameters of the installed package, loaded strictly."""
    import timm

    found = weights.find(LITE)
    if not isinstance(found, Found):
        pytest.skip(f"{LITE} is not installed: {found.hint}")
    made = timm.create_model(found.entry.network, pretrained=False)
    made.load_state_dict(weights.state(found), strict=True)
    return made.eval()


def test_the_names_fill_the_network_of_timm_exactly(network):
    assert sum(each.numel() for each in network.parameters()) == 4_652_008


@pytest.mark.parametrize(("picture", "label"), [("flower.jpg", "daisy"), ("china.jpg", "palace")])
def test_a_photograph_is_recognised(network, picture, label):
    import torch
    from sklearn.datasets import load_sample_image
    from torchvision.transforms import v2

    entry = weights.entry(LITE)
    prepare = v2.Compose(
        [
            v2.ToImage(),
            v2.Resize(entry.inputs.resize, v2.InterpolationMode(entry.inputs.interpolation)),
            v2.CenterCrop(entry.inputs.size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(entry.inputs.mean, entry.inputs.std),
        ]
    )

    with torch.no_grad():
        scores = network(prepare(load_sample_image(picture).copy())[None])[0]

    assert entry.labels.names[int(scores.argmax())] == label
