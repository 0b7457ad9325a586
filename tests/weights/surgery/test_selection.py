"""A smaller network from a larger one: one rule for every dimension, heads left whole."""

import torch
from _tiny import network

from headstart import weights
from headstart.weights.surgery.selection import by_head, evenly, selection


def test_entries_are_evenly_spaced_and_hold_both_ends_where_they_must():
    assert evenly(6, 3) == [0, 2, 4]
    assert evenly(10, 4) == [0, 3, 6, 9]


def test_all_dimensions_follow_one_rule():
    weight = torch.arange(16.0).reshape(4, 4)

    assert selection(weight, to=[2, 2]).tolist() == [[0.0, 2.0], [8.0, 10.0]]


def test_heads_are_taken_whole_and_never_cut_across():
    assert by_head(12, 6, (1, 4, 2)) == [0, 1, 2, 6, 7, 8]


def test_fused_parts_are_each_cut_in_the_same_way():
    assert by_head(12, 6, (3, 2, 1)) == [0, 1, 4, 5, 8, 9]


def test_a_plan_takes_whole_heads_of_queries_and_the_same_ones_of_what_follows():
    source, target = network("bert"), network("bert", "narrower")

    weights.plan(source, target).apply(check=False)

    before = source.bert.encoder.layer[0].attention
    after = target.bert.encoder.layer[0].attention
    assert torch.equal(after.self.query.weight, before.self.query.weight[:8, ::2])
    assert torch.equal(after.output.dense.weight, before.output.dense.weight[::2, :8])


def test_the_residual_stream_keeps_the_same_entries_everywhere():
    source, target = network("vit"), network("vit", "narrower")

    weights.plan(source, target).apply(check=False)

    assert torch.equal(target.vit.embeddings.cls_token, source.vit.embeddings.cls_token[..., ::2])
    assert torch.equal(target.vit.layernorm.weight, source.vit.layernorm.weight[::2])
    assert torch.equal(target.classifier.weight, source.classifier.weight[:, ::2])
