"""Networks that see from scratch, and what pictures go through on their way."""

from __future__ import annotations

import pytest
import torch

from headstart.networks.augmentation import Augmentation
from headstart.networks.convolutional import Convolutional
from headstart.networks.picture_network import PictureNetwork
from headstart.networks.pyramid import levels, multiplications


@pytest.mark.parametrize("size", [1, 2, 5, 8, 28, 33, 64])
@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_of_any_size_become_one_vector(size: int, channels: int):
    trunk = Convolutional(size, channels, 4)
    pixels = torch.randint(0, 256, (2, size, size, channels), dtype=torch.uint8)

    vectors = trunk(pixels)

    assert vectors.shape == (2, trunk.width)
    assert torch.isfinite(vectors).all()


def test_a_single_value_is_no_batch_to_normalise_by():
    trunk = Convolutional(1, 1, 4).train()

    vectors = trunk(torch.full((1, 1, 1, 1), 7, dtype=torch.uint8))

    assert torch.isfinite(vectors).all()


def test_the_count_of_multiplications_is_that_of_the_network():
    trunk, counted = Convolutional(20, 3, 4).eval(), []
    for module in trunk.modules():
        if isinstance(module, torch.nn.Conv2d):
            module.register_forward_hook(
                lambda module, inputs, output: counted.append(
                    output[0].numel() * module.in_channels * 9
                )
            )

    trunk(torch.zeros((1, 20, 20, 3), dtype=torch.uint8))

    assert sum(counted) == multiplications(20, 3, 4)


def test_maps_are_halved_until_they_are_small():
    last = [levels(size, 3, 8)[-1] for size in (8, 28, 64, 200)]

    assert all(level.side < 12 for level in last)
    assert all(level.is_deep for level in last)


def test_what_pictures_are_like_is_measured():
    trunk = Convolutional(4, 1, 4)
    pixels = torch.tensor([0, 100], dtype=torch.uint8).repeat(3, 4, 2)[..., None]

    trunk.measure_brightness(pixels)

    assert trunk.get_buffer("mean").tolist() == [50.0]
    assert trunk.get_buffer("spread").tolist() == [50.0]


def test_a_missing_picture_has_no_say():
    network = PictureNetwork(
        Convolutional(8, 1, 4),
        1,
        0,
        1,
        augmentation=Augmentation(shift=0, mirrors=False, hole=0),
        dropout=0.0,
    ).eval()
    torch.nn.init.ones_(network.head.weight)
    pixels = torch.randint(0, 256, (2, 1, 8, 8, 1), dtype=torch.uint8)

    answers = network(pixels, torch.tensor([[1.0], [0.0]]), torch.zeros(2, 0))[0, :, 0]

    assert answers[0] != 0
    assert answers[1] == 0


def test_nothing_is_moved_when_nothing_is_learned():
    pixels = torch.randint(0, 256, (3, 8, 8, 1), dtype=torch.uint8)
    moves = Augmentation(shift=2, mirrors=True, hole=3)

    assert moves.eval()(pixels) is pixels
    assert not torch.equal(moves.train()(pixels), pixels)


def test_a_moved_picture_repeats_its_edge():
    pixels = torch.arange(5, dtype=torch.uint8).repeat(200, 5, 1)[..., None]  # each row 0 to 4

    moved = Augmentation(shift=1, mirrors=False, hole=0).train()(pixels)[:, 0, :, 0]

    found = {tuple(row) for row in moved.tolist()}
    assert found == {(0, 0, 1, 2, 3), (0, 1, 2, 3, 4), (1, 2, 3, 4, 4)}


def test_half_of_the_pictures_are_mirrored():
    pixels = torch.arange(5, dtype=torch.uint8).repeat(400, 5, 1)[..., None]

    moved = Augmentation(shift=0, mirrors=True, hole=0).train()(pixels)[:, 0, 0, 0]

    assert 120 < int((moved == 4).sum()) < 280
    assert int((moved == 0).sum()) + int((moved == 4).sum()) == 400


def test_a_hole_has_the_mean_of_its_picture():
    pixels = torch.zeros((50, 10, 10, 1), dtype=torch.uint8)
    pixels[:, :5] = 200

    moved = Augmentation(shift=0, mirrors=False, hole=4).train()(pixels)

    assert set(moved.unique().tolist()) == {0, 100, 200}
    assert int((moved == 100).flatten(1).sum(dim=1).max()) == 16
