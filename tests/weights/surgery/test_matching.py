"""Which tensor belongs to which: names, prefixes, tables, structure; and what is left open."""

from itertools import pairwise

import pytest
import timm
import torch
import transformers
from _tiny import network
from torch import nn

from headstart import weights
from headstart.errors import AskError
from headstart.weights.surgery.dialects import canonical


def rows(*sizes):
    layers = [nn.Linear(before, after) for before, after in pairwise(sizes)]
    return nn.Sequential(*layers)


def test_a_prefix_is_taken_off_for_an_encoder_alone():
    source = network("bert")

    plan = weights.plan(source, source.bert.__class__(source.config))

    assert plan.coverage == 1.0
    assert plan.of("embeddings.LayerNorm.bias").because == "`bert.` was taken off"
    assert {move.sources[0] for move in plan.moves if move.action == "dropped"} == {
        "classifier.weight",
        "classifier.bias",
    }


def test_a_prefix_is_put_on_and_one_is_exchanged_for_another():
    source, target = rows(3, 4, 5), nn.ModuleDict({"body": rows(3, 4, 5)})
    wrapped = {f"module.{name}": value for name, value in source.state_dict().items()}

    assert weights.plan(source, target).of("body.0.bias").sources == ("0.bias",)
    assert weights.plan(wrapped, target).of("body.0.bias").because == "`module.` became `body.`"


def test_the_first_blocks_of_an_encoder_are_taken_and_the_rest_is_dropped_by_name():
    plan = weights.plan(network("vit"), network("vit", "shallower"))

    dropped = [move for move in plan.moves if move.action == "dropped"]

    assert len(dropped) == 16
    assert all(move.because == "the target has 1 blocks there" for move in dropped)


def test_a_decoder_does_not_take_what_an_encoder_has_left():
    sizes = {"vocab_size": 40, "d_model": 16, "d_kv": 8, "d_ff": 32, "num_heads": 2}
    source = transformers.T5Model(
        transformers.T5Config(num_layers=1, num_decoder_layers=3, **sizes)
    )
    target = transformers.T5Model(
        transformers.T5Config(num_layers=3, num_decoder_layers=1, **sizes)
    )

    plan = weights.plan(source, target)

    for move in plan.moves:
        if move.target is not None and move.target.startswith("encoder.block."):
            assert all(name.startswith("encoder.") for name in move.sources)


def test_files_of_old_norms_and_of_old_vits_are_read_by_their_tables():
    old = ["bert.encoder.layer.0.output.LayerNorm.gamma"]
    assert canonical(old)[0][old[0]].endswith("LayerNorm.weight")

    vit = ["vit.encoder.layer.0.attention.attention.query.weight"]
    assert canonical(vit)[0][vit[0]] == "vit.layers.0.attention.q_proj.weight"


def test_a_resnet_of_timm_answers_the_same_in_transformers():
    source = timm.create_model("resnet18", pretrained=False, num_classes=3).eval()
    config = transformers.ResNetConfig(
        embedding_size=64,
        hidden_sizes=[64, 128, 256, 512],
        depths=[2, 2, 2, 2],
        layer_type="basic",
        num_labels=3,
    )
    target = transformers.ResNetForImageClassification(config).eval()

    plan = weights.plan(source, target)
    plan.apply(check=False)

    assert plan.coverage == 1.0
    pictures = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert (target(pictures).logits - source(pictures)).abs().max() <= 1e-4


def test_parameters_of_whisper_as_ctranslate2_names_them_are_known():
    source = network("whisper").encoder
    state = {}
    for name, value in source.state_dict().items():
        state[_ctranslate(name)] = value
    for number in range(2):
        place = f"encoder/layer_{number}/self_attention/linear_0"
        for leaf in ("weight", "bias"):
            parts = [state.pop(f"{place}/{each}/{leaf}", None) for each in "qkv"]
            parts = [torch.zeros(16) if part is None else part for part in parts]
            state[f"{place}/{leaf}"] = torch.cat(parts)
    target = network("whisper", seed=2).encoder

    plan = weights.plan(state, target)
    plan.apply(check=False)

    assert plan.coverage == 1.0
    ours, theirs = target.state_dict(), source.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_other_names_in_the_same_order_are_matched_by_their_form():
    source = rows(3, 4, 5)
    state = dict(
        zip(("a.weight", "a.bias", "b.weight", "b.bias"), source.parameters(), strict=True)
    )
    target = nn.ModuleDict({"first": nn.Linear(3, 4), "last": nn.Linear(4, 5)})

    plan = weights.plan(state, target)

    assert plan.of("last.weight").sources == ("b.weight",)
    assert plan.of("last.weight").because == "of the same form, in order"


def test_what_fits_twice_is_left_open_until_it_is_chosen():
    state = {f"{tower}.{name}": value for tower in "ab" for name, value in _named().items()}
    target = nn.ModuleDict({"x": nn.Linear(3, 4), "y": nn.Linear(4, 4)})

    plan = weights.plan(state, target)

    assert plan.of("x.weight").choices == ("a.x.weight", "b.x.weight")
    with pytest.raises(AskError, match=r"fit several sources in the same way: `x.weight` could be"):
        plan.apply()
    for move in plan.open:
        plan = plan.choose(move.target, move.choices[1])
    assert not plan.open
    assert plan.coverage == 1.0
    outcome = plan.apply(check=False)
    assert torch.equal(outcome.network["x"].weight, state["b.x.weight"])
    assert {m.source for m in outcome.receipt.moves} == set(state)


def test_a_choice_can_be_to_begin_anew():
    plan = weights.plan(rows(3, 4, 5), rows(3, 4, 5)).choose("1.weight", None)

    assert plan.of("1.weight").action == "new"
    assert [move.sources for move in plan.moves if move.action == "dropped"] == [("1.weight",)]


def _named():
    return {
        f"{layer}.{name}": value.clone()
        for layer, made in (("x", nn.Linear(3, 4)), ("y", nn.Linear(4, 4)))
        for name, value in made.state_dict().items()
    }


def _ctranslate(name):
    """A name of Whisper's encoder as CTranslate2 writes it, parts of a fused tensor apart."""
    name = f"encoder.{name}".replace("encoder.layers.", "encoder/layer_")
    for old, new in (
        ("self_attn_layer_norm.weight", "self_attention/layer_norm/gamma"),
        ("self_attn_layer_norm.bias", "self_attention/layer_norm/beta"),
        ("final_layer_norm.weight", "ffn/layer_norm/gamma"),
        ("final_layer_norm.bias", "ffn/layer_norm/beta"),
        ("encoder.layer_norm.weight", "encoder/layer_norm/gamma"),
        ("encoder.layer_norm.bias", "encoder/layer_norm/beta"),
        ("embed_positions.weight", "position_encodings/encodings"),
        ("self_attn.out_proj", "self_attention/linear_1"),
        ("self_attn.q_proj", "self_attention/linear_0/q"),
        ("self_attn.k_proj", "self_attention/linear_0/k"),
        ("self_attn.v_proj", "self_attention/linear_0/v"),
        ("fc1", "ffn/linear_0"),
        ("fc2", "ffn/linear_1"),
    ):
        name = name.replace(old, new)
    return name.replace(".", "/")


def test_rows_of_vocabularies_that_nobody_knows_are_not_moved_by_number():
    def reader(words):
        return nn.ModuleDict({"embedding": nn.Embedding(words, 4), "body": nn.Linear(4, 4)})

    source = {"word_embeddings.weight": torch.ones(30, 4), "body.weight": torch.ones(4, 4)}

    unknown = weights.plan(source, reader(20)).of("embedding.weight")
    same = weights.plan(source, reader(30)).of("embedding.weight")
    told = weights.plan(source, reader(1), tokens=({"a": 3, "b": 5}, {"b": 0}))

    assert (unknown.action, same.action) == ("new", "copied")
    assert "nothing says which token" in unknown.because
    assert told.of("embedding.weight").how == "1 tokens by their text"
