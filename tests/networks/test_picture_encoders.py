"""Every encoder of pictures of the table answers as its library does."""

import pytest

from headstart.errors import AskError, WeightsError

torch = pytest.importorskip("torch")
timm = pytest.importorskip("timm")
torchvision = pytest.importorskip("torchvision")
transformers = pytest.importorskip("transformers")

from headstart import weights  # noqa: E402
from headstart.networks.picture_builds import BUILDS  # noqa: E402
from headstart.networks.picture_encoders import (  # noqa: E402
    Pixels,
    body_of,
    own_head,
    picture_encoder,
)
from headstart.networks.randomness import own_randomness  # noqa: E402

pytestmark = pytest.mark.xdist_group("torch")
_BLOCKS = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 24,
}
_PICTURE = {"image_size": 32, "patch_size": 8}
VALUES = {
    "vit": {**_BLOCKS, **_PICTURE},
    "resnet": {
        "hidden_sizes": [8, 16],
        "depths": [1, 2],
        "embedding_size": 8,
        "layer_type": "basic",
    },
    "convnext": {"hidden_sizes": [8, 16], "depths": [1, 1], "num_stages": 2},
    "efficientnet": {
        "width_coefficient": 1.0,
        "depth_coefficient": 1.5,
        "kernel_sizes": [3, 3],
        "in_channels": [32, 8],
        "out_channels": [8, 16],
        "strides": [1, 2],
        "num_block_repeats": [1, 2],
        "expand_ratios": [1, 4],
        "hidden_dim": 1280,
    },
    "clip": {
        "projection_dim": 8,
        "text_config": {**_BLOCKS, "vocab_size": 40},
        "vision_config": {**_BLOCKS, **_PICTURE},
    },
}
CLASSIFIERS = {
    "vit": ("ViTForImageClassification", "ViTConfig"),
    "resnet": ("ResNetForImageClassification", "ResNetConfig"),
    "convnext": ("ConvNextForImageClassification", "ConvNextConfig"),
    "efficientnet": ("EfficientNetForImageClassification", "EfficientNetConfig"),
}
every_encoder = pytest.mark.parametrize("key", sorted(BUILDS), ids=".".join)


def body(key):
    library, name = key
    values = VALUES[name] if library == "transformers" else {}
    return {"library": library, "network": name, "architecture": name, "values": values}


def whole(key, labels=5):
    """The library's own network with a head, and its tensors as a file has them."""
    library, name = key
    with own_randomness(3):
        if library == "timm":
            made = timm.create_model(name, num_classes=labels)
        elif library == "torchvision":
            made = getattr(torchvision.models, name)(num_classes=labels)
        else:
            kind, config = CLASSIFIERS[name]
            settings = getattr(transformers, config)(**VALUES[name], num_labels=labels)
            made = getattr(transformers, kind)(settings)
    return made.eval()


def pixels(encoder):
    side = encoder.size or 64
    return torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("key", sorted(k for k in BUILDS if k[1] != "clip"), ids=".".join)
def test_vector_and_head_give_the_librarys_own_answers(key):
    made, encoder = whole(key), picture_encoder(body(key), seed=0)
    state = made.state_dict()
    head, holder = own_head(body(key), 5, encoder.width)
    weights.take_whole(state, encoder.network)
    weights.take_whole(state, holder)
    seen = pixels(encoder)

    with torch.inference_mode():
        found = head(encoder(seen))
        wanted = made(seen)
        wanted = getattr(wanted, "logits", wanted)

    torch.testing.assert_close(found, wanted, atol=1e-5, rtol=0)


def test_the_vector_of_clip_is_its_projection():
    key = ("transformers", "clip")
    encoder = picture_encoder(body(key), seed=0)
    seen = pixels(encoder)

    with torch.inference_mode():
        found, wanted = encoder(seen), encoder.network(seen).image_embeds

    torch.testing.assert_close(found, wanted, atol=1e-6, rtol=0)
    assert encoder.width == 8


@every_encoder
def test_stages_hold_every_parameter_once_from_the_bottom_to_the_top(key):
    encoder = picture_encoder(body(key), seed=0)

    stages = encoder.stages()

    assert len(stages) == encoder.depth >= 3
    assert sorted(id(each) for stage in stages for each in stage) == sorted(
        {id(each) for each in encoder.parameters()}
    )


@every_encoder
def test_a_network_that_is_cut_computes_the_same(key):
    encoder = picture_encoder(body(key), seed=0)
    seen = pixels(encoder)

    with torch.inference_mode():
        wanted, every = encoder(seen), encoder.every_stage(seen)
        for place in range(encoder.depth + 1):
            halves = encoder.upper(encoder.lower(seen, place), place)
            torch.testing.assert_close(halves, wanted, atol=1e-6, rtol=0)
        for place, vector in enumerate(every):
            torch.testing.assert_close(encoder.one_stage(seen, place), vector, atol=1e-6, rtol=0)

    torch.testing.assert_close(every[-1], wanted, atol=0, rtol=0)


def test_the_seed_decides_the_first_weights():
    key = ("transformers", "resnet")
    one, same, other = (picture_encoder(body(key), seed=seed) for seed in (0, 0, 1))

    pairs = list(zip(one.parameters(), same.parameters(), other.parameters(), strict=True))

    assert all(torch.equal(a, b) for a, b, _ in pairs)
    assert not all(torch.equal(a, c) for a, _, c in pairs)


def test_what_is_not_in_the_table_is_not_built():
    with pytest.raises(AskError, match="no encoder of pictures `timm resnet18"):
        picture_encoder({**body(("torchvision", "resnet18")), "library": "timm"}, seed=0)


def test_a_checkpoint_of_texts_is_no_encoder_of_pictures(tmp_path):
    from headstart.testing.checkpoints import make_text_encoder

    with pytest.raises(WeightsError, match="is no encoder of pictures"):
        body_of(weights.need(str(make_text_encoder(tmp_path))))


def test_a_checkpoint_without_a_head_has_no_answers_of_its_own():
    key = ("transformers", "resnet")
    encoder = picture_encoder(body(key), seed=0)
    _, holder = own_head(body(key), 5, encoder.width)

    with pytest.raises(WeightsError, match=r"lacks `classifier\.1\.weight`"):
        weights.take_whole(encoder.network.state_dict(), holder)
    with pytest.raises(WeightsError, match="has no head of its own"):
        own_head(body(("transformers", "clip")), 5, 8)


def test_every_entry_of_pictures_can_be_built():
    entries = [each for each in weights.entries() if each.modality == "image"]
    keys = {
        (e.library, e.architecture if e.library == "transformers" else e.network) for e in entries
    }

    assert keys
    assert keys <= set(BUILDS)


def test_bytes_become_what_the_checkpoint_was_trained_on():
    seen = torch.tensor([[[[0, 128, 255]]]], dtype=torch.uint8)

    found = Pixels((0.5, 0.5, 0.0), (0.5, 0.25, 1.0))(seen)

    assert found.flatten().tolist() == pytest.approx(
        [-1.0, (128 / 255 - 0.5) / 0.25, 1.0], abs=1e-6
    )
