"""A checkpoint fills its own network whole, or it is refused with the tensor that is missing."""

import pytest
import torch

from headstart import weights
from headstart.errors import WeightsError
from headstart.networks.text_builds import BUILDS, encoder

_BLOCKS = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
_BLOCKS |= {"intermediate_size": 24, "vocab_size": 50, "max_position_embeddings": 40}
VALUES = {
    "bert": _BLOCKS,
    "roberta": {**_BLOCKS, "pad_token_id": 1},
    "distilbert": {"dim": 16, "hidden_dim": 24, "n_layers": 2, "n_heads": 2, "vocab_size": 50},
    "t5": {"d_model": 16, "d_kv": 8, "d_ff": 24, "num_layers": 2, "num_heads": 2, "vocab_size": 50},
}


def same(one, other):
    return all(torch.equal(value, other.state_dict()[name]) for name, value in one.items())


@pytest.mark.parametrize("name", sorted(BUILDS))
def test_tensors_of_a_classifier_fit_the_encoder_inside_of_it(name):
    theirs = encoder(name, VALUES[name], seed=0).state_dict()
    saved = {f"{BUILDS[name].prefix}{key}": value for key, value in theirs.items()}
    ours = encoder(name, VALUES[name], seed=1)

    receipt = weights.take_whole({**saved, "classifier.bias": torch.zeros(2)}, ours)

    assert same(theirs, ours)
    assert receipt.coverage == 1.0
    assert [move.source for move in receipt.moves if move.action == "dropped"] == [
        "classifier.bias"
    ]


@pytest.mark.parametrize("name", sorted(BUILDS))
def test_a_network_that_was_cut_takes_the_blocks_that_it_has(name):
    from headstart.networks.text_builds import cut

    theirs = encoder(name, VALUES[name], seed=0).state_dict()
    ours = encoder(name, VALUES[name], seed=1)
    cut(name, ours, 1)

    weights.take_whole(theirs, ours)

    assert same({key: theirs[key] for key in ours.state_dict()}, ours)


def test_old_names_of_layer_norms_are_understood():
    theirs = encoder("bert", _BLOCKS, seed=0).state_dict()
    old = {
        f"bert.{name}".replace("Norm.weight", "Norm.gamma").replace("Norm.bias", "Norm.beta"): each
        for name, each in theirs.items()
    }
    ours = encoder("bert", _BLOCKS, seed=1)

    weights.take_whole(old, ours)

    assert same(theirs, ours)


def test_a_missing_tensor_and_another_shape_are_refused_before_anything_moves():
    theirs = dict(encoder("bert", _BLOCKS, seed=0).state_dict())
    ours = encoder("bert", _BLOCKS, seed=1)
    before = {name: value.clone() for name, value in ours.state_dict().items()}
    words = theirs.pop("embeddings.word_embeddings.weight")

    with pytest.raises(WeightsError, match=r"lacks `embeddings\.word_embeddings\.weight`"):
        weights.take_whole(theirs, ours)
    with pytest.raises(WeightsError, match=r"\(10, 16\) there, and \(50, 16\) was expected"):
        weights.take_whole({**theirs, "embeddings.word_embeddings.weight": words[:10]}, ours)

    assert same(before, ours)
