"""Every architecture of the table answers as its library does."""

import pytest

from headstart.errors import AskError, WeightsError

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from headstart.networks.pretrained import (  # noqa: E402
    BUILDS,
    Pretrained,
    cut,
    encoder,
    own_randomness,
)
from headstart.networks.tensors import distinct_tensors, put_back  # noqa: E402
from headstart.weights.architectures import ARCHITECTURES  # noqa: E402

_BERT = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "vocab_size": 50,
    "max_position_embeddings": 40,
}
VALUES = {
    "bert": _BERT,
    "roberta": {**_BERT, "pad_token_id": 1},
    "distilbert": {
        "dim": 32,
        "hidden_dim": 64,
        "n_layers": 2,
        "n_heads": 2,
        "vocab_size": 50,
        "max_position_embeddings": 40,
    },
    "t5": {
        "d_model": 32,
        "d_kv": 16,
        "d_ff": 64,
        "num_layers": 2,
        "num_heads": 2,
        "vocab_size": 50,
    },
}
TOKENS = torch.tensor([[5, 6, 7, 8, 9], [5, 6, 7, 1, 1]], dtype=torch.int32)
LENGTHS = torch.tensor([5, 3], dtype=torch.int32)
KINDS = torch.zeros_like(TOKENS, dtype=torch.int8)

every_architecture = pytest.mark.parametrize("name", sorted(BUILDS))


def test_every_encoder_of_texts_that_weights_may_have_can_be_built():
    known = {name for name, each in ARCHITECTURES.items() if each.family == "text_encoder"}

    assert known == set(BUILDS) == set(VALUES)


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


def test_another_networks_file_is_refused():
    one, other = encoder("bert", _BERT, seed=0), encoder("t5", VALUES["t5"], seed=0)

    with pytest.raises(WeightsError, match="does not fit the network"):
        put_back(one, distinct_tensors(other))


def test_an_unknown_architecture_is_refused():
    with pytest.raises(AskError, match="there is no encoder of texts `bart`"):
        encoder("bart", {}, seed=0)


def test_the_seed_decides_and_the_global_state_stays():
    before = torch.get_rng_state()
    one, two, other = (encoder("bert", _BERT, seed=seed) for seed in (0, 0, 1))
    words = "embeddings.word_embeddings.weight"

    assert torch.equal(one.state_dict()[words], two.state_dict()[words])
    assert not torch.equal(one.state_dict()[words], other.state_dict()[words])
    with own_randomness(3):
        torch.rand(3)
    assert torch.equal(before, torch.get_rng_state())
