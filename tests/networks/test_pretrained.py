"""Every architecture of the table answers as its library does."""

import pytest
from _encoders import BERT, VALUES

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from headstart.networks.pretrained import Pretrained  # noqa: E402
from headstart.networks.text_builds import BUILDS, cut, encoder  # noqa: E402

TOKENS = torch.tensor([[5, 6, 7, 8, 9], [5, 6, 7, 1, 1]], dtype=torch.int32)
LENGTHS = torch.tensor([5, 3], dtype=torch.int32)
KINDS = torch.zeros_like(TOKENS, dtype=torch.int8)

every_architecture = pytest.mark.parametrize("name", sorted(BUILDS))


@every_architecture
def test_vectors_are_means_of_the_librarys_own_hidden_states(name):
    network = encoder(name, VALUES[name], seed=0)
    trunk = Pretrained(name, network, pooling="mean", unit_length=False)

    with torch.no_grad():
        found = trunk(TOKENS, LENGTHS, KINDS)
        alone = network(input_ids=TOKENS[1:, :3].long())[0].mean(dim=1)

    assert found.shape == (2, trunk.width)
    torch.testing.assert_close(found[1:], alone, atol=1e-5, rtol=0)


@every_architecture
def test_padding_changes_no_vector(name):
    trunk = Pretrained(name, encoder(name, VALUES[name], seed=0), pooling="first", unit_length=True)

    with torch.no_grad():
        padded = trunk(TOKENS, LENGTHS, KINDS)[1]
        alone = trunk(TOKENS[1:, :3], LENGTHS[1:], KINDS[1:, :3])[0]

    torch.testing.assert_close(padded, alone, atol=1e-5, rtol=0)
    assert float(padded.norm()) == pytest.approx(1.0)


@every_architecture
def test_stages_hold_every_parameter_once_from_the_bottom_to_the_top(name):
    trunk = Pretrained(name, encoder(name, VALUES[name], seed=0), pooling="mean", unit_length=False)

    stages = trunk.stages()

    assert len(stages) == 3
    assert sorted(id(each) for stage in stages for each in stage) == sorted(
        {id(each) for each in trunk.parameters()}
    )


@every_architecture
def test_what_is_cut_after_a_layer_ends_with_it(name):
    whole = Pretrained(name, encoder(name, VALUES[name], seed=0), pooling="mean", unit_length=False)

    for layer in (0, 1, 2, -1):
        network = encoder(name, VALUES[name], seed=0)
        cut(name, network, layer)
        part = Pretrained(name, network, pooling="mean", unit_length=False)
        with torch.no_grad():
            wanted = whole.every_layer(TOKENS, LENGTHS, KINDS)[:, layer]
            torch.testing.assert_close(part(TOKENS, LENGTHS, KINDS), wanted, atol=1e-6, rtol=0)
        assert part.depth == layer % 3


@pytest.mark.parametrize("name", sorted(name for name, each in BUILDS.items() if each.entrance))
@pytest.mark.parametrize("stages", [1, 2, 3])
def test_the_upper_part_goes_on_from_what_the_lower_made(name, stages):
    trunk = Pretrained(name, encoder(name, VALUES[name], seed=0), pooling="mean", unit_length=True)

    with torch.no_grad():
        hidden = trunk.lower(TOKENS, LENGTHS, KINDS, stages)
        found = trunk.upper(hidden, LENGTHS, stages)
        wanted = trunk(TOKENS, LENGTHS, KINDS)

    assert trunk.can_be_entered
    assert hidden.shape == (2, 5, trunk.width)
    assert trunk.depth == 2
    torch.testing.assert_close(found, wanted, atol=1e-6, rtol=0)


def test_what_the_upper_part_learns_the_whole_has_learned():
    trunk = Pretrained("bert", encoder("bert", BERT, seed=0), pooling="mean", unit_length=False)
    hidden = trunk.lower(TOKENS, LENGTHS, KINDS, 2).detach()

    trunk.upper(hidden, LENGTHS, 2).square().sum().backward()

    moved = {name for name, each in trunk.named_parameters() if each.grad is not None}
    assert moved
    assert all(name.startswith("network.encoder.layer.1.") for name in moved)


def test_a_first_block_that_serves_the_others_cannot_be_left_out():
    trunk = Pretrained("t5", encoder("t5", VALUES["t5"], 0), pooling="mean", unit_length=False)

    assert not trunk.can_be_entered
