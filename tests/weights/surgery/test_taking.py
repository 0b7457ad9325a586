"""Whatever fits of a checkpoint, in a network of another architecture or size."""

import json
from functools import cache

import pytest
import tokenizers
import torch
import transformers
from safetensors.torch import save_file
from torch import nn

from headstart import weights
from headstart.errors import WeightsError
from headstart.networks.convolutional import Convolutional
from headstart.networks.readers import Attentive, Recurrent
from headstart.testing.checkpoints import make_text_encoder
from headstart.weights.surgery.kernels import chain
from headstart.weights.surgery.torch_blocks import normed_before

ACTIONS = ("copied", "adapted", "new")


@pytest.fixture(scope="module")
def bert(tmp_path_factory):
    """A folder with a tiny BERT of two blocks, 32 entries, and its word pieces."""
    return weights.need(str(make_text_encoder(tmp_path_factory.mktemp("bert"))))


@pytest.fixture(scope="module")
def theirs(bert):
    """Its tensors by name."""
    return weights.state(bert)


def vocabulary(words):
    """A tokenizer that knows these words alone."""
    known = {word: number for number, word in enumerate(("[PAD]", "[UNK]", *words))}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(known, unk_token="[UNK]"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    return made


WORDS = ("wet", "dry", "a", "drya", "\u2603")


@cache
def reader():
    return Attentive(v=len(WORDS) + 2, d=32, heads=2, blocks=2, longest=16, dropout=0.0)


def test_vectors_go_with_their_token_and_new_tokens_get_the_mean_of_their_pieces(bert, theirs):
    weights.take_tensors(bert, reader(), tokens=vocabulary(WORDS))

    known = weights.tokenizer(bert).get_vocab()
    table = theirs["embeddings.word_embeddings.weight"]
    ours = reader().embedding.weight
    assert torch.equal(ours[2], table[known["wet"]])
    assert torch.equal(ours[0], table[known["[PAD]"]])
    pieces = weights.tokenizer(bert).encode("drya", add_special_tokens=False).ids
    assert len(pieces) > 1
    assert torch.allclose(ours[5], table[pieces].mean(dim=0))
    assert torch.allclose(ours[6], table.mean(dim=0))


def test_blocks_of_another_library_are_put_together_from_their_parts(bert, theirs):
    receipt = weights.take_tensors(bert, reader(), tokens=vocabulary(WORDS))

    inner = "encoder.layer.1.attention.self"
    parts = [theirs[f"{inner}.{name}.weight"] for name in ("query", "key", "value")]
    block = reader().blocks[1]
    assert torch.equal(block.self_attn.in_proj_weight, torch.cat(parts))
    dense = theirs["encoder.layer.1.output.dense.bias"]
    width = dense.shape[0]
    assert torch.equal(block.linear2.bias, dense[:width])
    assert torch.equal(reader().places.weight, theirs[PLACES][:16])
    new = {move.target for move in receipt.moves if move.action == "new"}
    assert new == {"norm.weight", "norm.bias", *WIDE}


PLACES = "embeddings.position_embeddings.weight"
WIDE = ()  # 4 x 32 units of ours come from 64 of theirs, twice each


def test_what_goes_in_is_normed_by_the_norm_that_stood_below(bert, theirs):
    with torch.no_grad():
        weights.take_tensors(bert, reader(), tokens=vocabulary(WORDS))

    first, second = reader().blocks
    assert torch.equal(first.norm1.weight, theirs["embeddings.LayerNorm.weight"])
    below = theirs["encoder.layer.0.attention.output.LayerNorm.bias"]
    assert torch.equal(first.norm2.bias, below)
    assert torch.equal(second.norm1.bias, theirs["encoder.layer.0.output.LayerNorm.bias"])


def test_blocks_of_torch_that_norm_afterwards_compute_what_bert_computes():
    config = transformers.BertConfig(
        vocab_size=20, hidden_size=16, num_hidden_layers=3, num_attention_heads=2,
        intermediate_size=24, max_position_embeddings=16,
    )  # fmt: skip
    source = transformers.BertModel(config, add_pooling_layer=False).eval()
    with torch.no_grad():
        for parameter in source.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    layer = nn.TransformerEncoderLayer(
        16, 2, 24, 0.0, "gelu", layer_norm_eps=1e-12, batch_first=True, norm_first=False
    )
    target = nn.TransformerEncoder(layer, 3, enable_nested_tensor=False).eval()

    plan = weights.plan(source, target)
    plan.apply(check=False)

    vectors = torch.randn(20, 5, 16)
    expected = source.encoder(vectors).last_hidden_state.detach()
    assert plan.coverage == 1.0
    assert float((target(vectors).detach() - expected).abs().max()) < 1e-5


def test_a_smaller_bert_by_another_name_computes_the_same():
    size = {"vocab_size": 20, "max_position_embeddings": 16}
    config = transformers.BertConfig(
        **size, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24
    )
    source = transformers.BertModel(config, add_pooling_layer=False).eval()
    with torch.no_grad():
        source.embeddings.token_type_embeddings.weight.zero_()  # the other has no kinds
    other = transformers.DistilBertConfig(**size, dim=16, n_layers=2, n_heads=2, hidden_dim=24)
    target = transformers.DistilBertModel(other).eval()

    plan = weights.plan(source, target)
    plan.apply(check=False)

    tokens = torch.randint(0, 20, (20, 6))
    difference = source(tokens).last_hidden_state - target(tokens).last_hidden_state
    assert plan.coverage == 1.0
    assert float(difference.detach().abs().max()) < 1e-5


def test_an_lstm_begins_from_the_vectors_of_tokens_alone(bert):
    target = Recurrent(v=len(WORDS) + 2, d=8, h=4, layers=1, dropout=0.0)

    receipt = weights.take_tensors(bert, target, tokens=vocabulary(WORDS))

    taken = [move for move in receipt.moves if move.action == "adapted"]
    assert [(move.source, move.target) for move in taken] == [
        ("embeddings.word_embeddings.weight", "embedding.weight")
    ]
    assert "7 tokens by their text, then selected from 7 x 32" in taken[0].how
    assert "both hold the vectors of tokens" in taken[0].because


def test_a_table_whose_rows_nobody_names_is_not_taken(tmp_path):
    source = Recurrent(v=9, d=8, h=4, layers=1, dropout=0.0)
    save_file(source.state_dict(), tmp_path / "mine.safetensors")
    target = Recurrent(v=9, d=8, h=4, layers=1, dropout=0.0)

    receipt = weights.take_tensors(weights.need(str(tmp_path / "mine.safetensors")), target)

    (table,) = [move for move in receipt.moves if move.target == "embedding.weight"]
    assert (table.action, table.because) == (
        "new",
        "nothing says which token each row of the source is",
    )
    assert torch.equal(target.reader.weight_hh_l0, source.reader.weight_hh_l0)


def own_network(*widths, kernel=3, channels=3):
    """A chain of convolutions as somebody writes it, with a bias that ours have not."""
    layers = []
    for before, after in zip((channels, *widths), widths, strict=False):
        layers += [nn.Conv2d(before, after, kernel, padding=1), nn.BatchNorm2d(after), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1], 10))


def saved(network, folder):
    save_file(network.state_dict(), folder / "mine.safetensors")
    return weights.need(str(folder / "mine.safetensors"))


def test_kernels_of_a_foreign_chain_become_those_of_the_stages(tmp_path):
    source = own_network(16, 32, 32, 32)
    nn.init.normal_(source[1].weight)
    target = Convolutional(8, 1, 8).maps

    receipt = weights.take_tensors(saved(source, tmp_path), target)

    how = {move.target: move.how for move in receipt.moves}
    kernel = source[0].weight.sum(dim=1, keepdim=True)[::2]
    assert torch.allclose(target[0].entry.weight, kernel)
    assert how["0.entry.weight"] == "3 channels summed to 1, then selected from 16 x 1 x 3 x 3"
    assert torch.equal(target[0].norm.weight, source[1].weight[::2])
    assert torch.equal(target[1].entry.weight, source[3].weight[::2, ::2])
    assert torch.equal(target[1].more[1].convolution.weight, source[9].weight[::2, ::2])
    dropped = {move.source for move in receipt.moves if move.action == "dropped"}
    assert {"0.bias", "3.bias", "13.weight"} <= dropped


def test_more_than_ten_layers_of_a_file_stand_in_their_order(tmp_path):
    widths = (8,) * 12
    plan = weights.plan(saved(own_network(*widths), tmp_path), own_network(*widths))

    assert plan.coverage == 1.0
    assert all(move.sources == (move.target,) for move in plan.moves)
    order = [name for name in plan.material.anatomy.parts if name.endswith("0.weight")]
    assert order == ["0.weight", "10.weight", "30.weight"]


@pytest.mark.parametrize("network", [own_network(8, 8, kernel=5), nn.Linear(40, 40)])
def test_what_does_not_fit_is_refused_with_the_largest_that_was_found(network, tmp_path):
    found = saved(network, tmp_path)

    with pytest.raises(WeightsError, match=r"is a different model: 0\.0% of the parameters"):
        weights.take_tensors(found, Convolutional(8, 3, 8).maps)


def test_chains_part_where_one_looks_at_each_channel_alone():
    alone = nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(8, 8, 3), nn.Conv2d(8, 8, 3)
    )
    source = weights.plan(alone, alone).material.anatomy
    target = weights.plan(own_network(8, 8, 8), own_network(8, 8, 8)).goal.anatomy

    assert chain(source, target) == {}
    assert len(chain(target, target)) == 3 * 6


def test_every_tensor_is_in_the_receipt(bert, tmp_path):
    for source, target, words in (
        (bert, reader(), vocabulary(WORDS)),
        (saved(own_network(16, 16, 16, 16), tmp_path), Convolutional(8, 3, 8).maps, None),
    ):
        receipt = weights.take_tensors(source, target, tokens=words)

        placed = [move.target for move in receipt.moves if move.action in ACTIONS]
        of_parts = {move.source for move in receipt.moves if move.target is None}
        assert sorted(filter(None, placed)) == sorted(target.state_dict())
        named = {move.source for move in receipt.moves if move.source} | of_parts
        assert named == set(weights.plan(source, target, least=0.0).material.anatomy.parts)
        sizes = sum(move.parameters for move in receipt.moves if move.action in ACTIONS)
        assert sizes == sum(parameter.numel() for parameter in target.parameters())


def test_shuffled_tensors_have_the_same_numbers_in_another_order(bert):
    plain = Recurrent(v=7, d=8, h=4, layers=1, dropout=0.0)
    mixed = Recurrent(v=7, d=8, h=4, layers=1, dropout=0.0)

    weights.take_tensors(bert, plain, tokens=vocabulary(WORDS))
    receipt = weights.take_tensors(bert, mixed, tokens=vocabulary(WORDS), shuffle=3)

    one, other = plain.embedding.weight.flatten(), mixed.embedding.weight.flatten()
    assert not torch.equal(one, other)
    assert torch.equal(one.sort()[0], other.sort()[0])
    assert any("entries shuffled" in move.how for move in receipt.moves)


def test_an_earlier_models_heads_are_read_from_its_settings(tmp_path):
    folder = tmp_path / "model" / "member-0"
    folder.mkdir(parents=True)
    (folder.parent / "headstart.json").write_text("{}")
    source = Attentive(v=9, d=16, heads=4, blocks=1, longest=8, dropout=0.0)
    save_file(
        {f"trunk.{name}": value for name, value in source.state_dict().items()},
        folder / "network.safetensors",
    )
    (folder / "network.json").write_text(json.dumps({"settings": {"heads": 4}}))
    target = Attentive(v=9, d=8, heads=2, blocks=1, longest=8, dropout=0.0)

    weights.take_tensors(weights.need(str(folder)), target)

    ours, theirs = target.blocks[0].self_attn, source.blocks[0].self_attn
    columns = [0, 2, 4, 6, 8, 10, 12, 14]
    rows = [
        part * 16 + head * 4 + entry for part in range(3) for head in (0, 2) for entry in range(4)
    ]
    assert torch.equal(ours.in_proj_weight, theirs.in_proj_weight[rows][:, columns])


def test_the_norm_before_the_first_block_is_that_of_the_vectors():
    assert normed_before("body.0.norm1.bias") == "embeddings.LayerNorm.bias"
    assert normed_before("norm.weight") == "norm.weight"
