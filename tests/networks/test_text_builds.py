"""Encoders of texts are built from the table, and by nothing that a file says."""

import pytest
from _encoders import BERT, VALUES

from headstart.errors import AskError, WeightsError

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from headstart.networks.randomness import own_randomness  # noqa: E402
from headstart.networks.tensors import distinct_tensors, put_back  # noqa: E402
from headstart.networks.text_builds import BUILDS, encoder, sharing  # noqa: E402
from headstart.weights.architectures import ARCHITECTURES  # noqa: E402


def test_every_encoder_of_texts_that_weights_may_have_can_be_built():
    known = {name for name, each in ARCHITECTURES.items() if each.family == "text_encoder"}

    assert known == set(BUILDS) == set(VALUES)


def test_another_networks_file_is_refused():
    one, other = encoder("bert", BERT, seed=0), encoder("t5", VALUES["t5"], seed=0)

    with pytest.raises(WeightsError, match="does not fit the network"):
        put_back(one, distinct_tensors(other))


def test_an_unknown_architecture_is_refused():
    with pytest.raises(AskError, match="there is no encoder of texts `bart`"):
        encoder("bart", {}, seed=0)


def test_the_seed_decides_and_the_global_state_stays():
    before = torch.get_rng_state()
    one, two, other = (encoder("bert", BERT, seed=seed) for seed in (0, 0, 1))
    words = "embeddings.word_embeddings.weight"

    assert torch.equal(one.state_dict()[words], two.state_dict()[words])
    assert not torch.equal(one.state_dict()[words], other.state_dict()[words])
    with own_randomness(3):
        torch.rand(3)
    assert torch.equal(before, torch.get_rng_state())


def test_a_part_is_changed_in_the_twin_alone_and_parameters_are_shared():
    network = encoder("bert", BERT, seed=0)

    twin = sharing(network, "encoder.layer", lambda blocks: blocks[1:])

    assert (len(network.encoder.layer), len(twin.encoder.layer)) == (2, 1)
    assert twin.encoder.layer[0] is network.encoder.layer[1]
    assert twin.embeddings is network.embeddings
