"""Weights in another order: the scale stays, the structure goes, every tensor is accounted for."""

import torch
from _tiny import network
from torch import nn

from headstart import weights
from headstart.weights.surgery import edited_plan, save_plan
from headstart.weights.surgery.shuffling import shuffling


def _with_statistics():
    made = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4, 2))
    with torch.no_grad():
        for value in made.state_dict().values():
            if value.is_floating_point():
                value.copy_(torch.rand(value.shape) + 0.5)
            else:
                value.fill_(7)
    return made


def _moved(source, target, seed=0):
    plan = weights.shuffled(weights.plan(source, target), seed)
    return plan, plan.apply(check=False)


def test_each_tensor_keeps_its_entries_in_another_order():
    source, target = network("bert"), network("bert")

    _moved(source, target)

    before, after = source.state_dict(), target.state_dict()
    for name in ("bert.embeddings.word_embeddings.weight", "classifier.weight"):
        assert not torch.equal(before[name], after[name])
        assert torch.equal(before[name].flatten().sort()[0], after[name].flatten().sort()[0])


def test_the_order_is_the_seeds_and_differs_from_tensor_to_tensor():
    weight = torch.arange(50.0)

    assert torch.equal(shuffling(weight, seed=3), shuffling(weight, seed=3))
    assert not torch.equal(shuffling(weight, seed=3), shuffling(weight, seed=4))
    source = nn.Sequential(nn.Linear(6, 6), nn.Linear(6, 6))
    source[1].load_state_dict(source[0].state_dict())
    target = nn.Sequential(nn.Linear(6, 6), nn.Linear(6, 6))
    _moved(source, target)
    assert not torch.equal(target[0].weight, target[1].weight)


def test_statistics_of_batches_begin_as_in_a_new_network():
    source, target = _with_statistics(), _with_statistics()

    plan, _ = _moved(source, target)

    assert target[1].running_mean.tolist() == [0.0] * 4
    assert target[1].running_var.tolist() == [1.0] * 4
    assert target[1].num_batches_tracked.item() == 0
    assert plan.of("1.running_var").action == "new"


def test_places_that_were_computed_stay_where_they_are():
    source, target = network("bert"), network("bert")
    source.register_buffer("frequencies", torch.arange(8.0))
    target.register_buffer("frequencies", torch.zeros(8))

    _moved(source, target)

    assert torch.equal(target.frequencies, torch.arange(8.0))


def test_tied_tensors_stay_tied():
    source, target = (nn.ModuleDict({"a": nn.Linear(4, 4), "b": nn.Linear(4, 4)}) for _ in "st")
    for each in (source, target):
        each["b"].weight = each["a"].weight

    _moved(source, target)

    assert torch.equal(target["a"].weight, target["b"].weight)
    assert not torch.equal(target["a"].weight, source["a"].weight)


def test_the_receipt_accounts_for_every_parameter():
    source, target = _with_statistics(), _with_statistics()

    plan, outcome = _moved(source, target)

    taken = [move for move in outcome.receipt.moves if move.action == "adapted"]
    assert {move.how for move in taken} == {"entries shuffled"}
    assert sum(move.parameters for move in taken) == sum(p.numel() for p in target.parameters())
    dropped = {move.source for move in outcome.receipt.moves if move.action == "dropped"}
    assert dropped == {"1.running_mean", "1.running_var", "1.num_batches_tracked"}
    assert not plan.preserves


def test_a_selection_is_shuffled_after_it_was_selected():
    source, target = network("bert"), network("bert", "narrower")
    chosen = weights.plan(source, network("bert", "narrower")).apply(check=False).network

    _moved(source, target)

    name = "bert.encoder.layer.0.output.dense.weight"
    expected, found = chosen.state_dict()[name], target.state_dict()[name]
    assert torch.equal(expected.flatten().sort()[0], found.flatten().sort()[0])


def test_a_shuffled_plan_survives_being_written(tmp_path):
    source, target = _with_statistics(), _with_statistics()
    plan = weights.shuffled(weights.plan(source, target), 5)
    save_plan(plan, tmp_path / "plan.toml")

    again = edited_plan(weights.plan(source, target), tmp_path / "plan.toml")

    told = [
        [(each.name, each.options) for move in p.moves for each in move.steps]
        for p in (again, plan)
    ]
    assert told[0] == told[1]
    assert [move.action for move in again.moves] == [move.action for move in plan.moves]
