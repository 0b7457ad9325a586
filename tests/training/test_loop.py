import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from headstart.session import Session
from headstart.training.adam import Adam, Group
from headstart.training.heads import class_heads, number_heads
from headstart.training.holding import held_out, held_out_loss
from headstart.training.loop import Course, Examples, train
from headstart.training.progress import Progress
from headstart.training.schedule import SCHEDULES, cosine
from headstart.training.stopping import Best
from headstart.training.takeover import take_over
from headstart.training.threads import threads


class Line(nn.Module):
    """One output per row, with the leading member dimension."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(2, 1))

    def forward(self, x):
        return (x @ self.weight).unsqueeze(0)


def squares(outputs, truth):
    return (outputs[..., 0] - truth).square()


def examples(rows=64):
    x = torch.randn(rows, 2, generator=torch.Generator().manual_seed(1))
    return Examples(inputs=(x,), targets=x @ torch.tensor([1.0, -2.0]), weights=torch.ones(rows, 1))


def fitted(folder, *, passes=20, measure=None, seed=0, learn=None, **limits):
    network, learn = Line(), learn or examples()
    session = Session(seed=0, folder=folder, rows=len(learn), **limits)
    course = Course(passes=passes, batch=16, learning_rate=0.1, decay=0.0, schedule=cosine)
    groups = [Group(parameters=[network.weight])]
    generator = torch.Generator().manual_seed(seed)
    train(network, groups, learn, squares, measure, course, session, generator)
    return network, session


def test_adam_moves_as_torch_does():
    start = torch.randn(3, 2, generator=torch.Generator().manual_seed(0))
    ours, theirs = nn.Parameter(start.clone()), nn.Parameter(start.clone())
    adam = Adam([Group(parameters=[ours], pace=0.5)], momentum=(0.9, 0.95))
    reference = torch.optim.AdamW([theirs], lr=0.05, betas=(0.9, 0.95), weight_decay=0.02)

    for _ in range(5):
        for parameter in (ours, theirs):
            parameter.grad = (parameter.detach() - 1.0) * 2
        adam.step(learning_rate=0.1, decay=0.02)
        reference.step()

    assert torch.allclose(ours, theirs, atol=1e-6)


def test_loop_finds_the_line(tmp_path):
    network, session = fitted(tmp_path, passes=100)

    assert network.weight.flatten().tolist() == pytest.approx([1.0, -2.0], abs=0.01)
    assert session.losses[-1] < 1e-3 < session.losses[0]


def test_rows_that_count_for_nobody_are_not_read(tmp_path):
    learn = examples()
    learn.weights[:20] = 0.0
    learn.inputs[0][:20] = torch.nan
    shorter = replace(learn, lengths=torch.arange(64))

    for number, rows in enumerate((learn, shorter)):
        network, session = fitted(tmp_path / str(number), passes=100, learn=rows)

        assert network.weight.flatten().tolist() == pytest.approx([1.0, -2.0], abs=0.01)
        assert session.rounds_done == 100


def test_schedule_ends_with_an_allowance_of_work(tmp_path):
    session = Session(seed=0, folder=tmp_path, rows=1000, work=5.0)
    progress = Progress(session, rounds=100, steps=4, passes=1.0)

    for number in session.rounds(100):
        progress.begin_round(number)
        for _ in range(4):
            progress.step(number)

    assert session.rounds_done == 5
    assert progress.is_over


def test_allowance_of_work_reads_no_clock(tmp_path):
    readings = []

    def clock():
        readings.append(0.0)
        return 0.0

    session = Session(seed=0, folder=tmp_path, rows=1000, work=5.0, seconds=1.0, clock=clock)
    before = len(readings)
    progress = Progress(session, rounds=100, steps=4, passes=1.0)
    progress.begin_round(0)
    for _ in range(4):
        progress.step(0)

    assert len(readings) == before + 1  # whether a time limit exists, asked once
    assert progress.at == pytest.approx(1 / 5)


def test_schedule_ends_with_the_clock(tmp_path):
    now = [0.0]
    session = Session(seed=0, folder=tmp_path, rows=1000, seconds=10.0, clock=lambda: now[0])
    progress = Progress(session, rounds=1000, steps=10, passes=1.0)

    for number in session.rounds(1000):
        progress.begin_round(number)
        for _ in range(10):
            now[0] += 0.1
            progress.step(number)
        if progress.is_over:
            break

    assert progress.is_over
    assert 7.0 <= now[0] <= 10.0


def test_fit_goes_on_where_it_was_killed(tmp_path):
    calls = iter(range(10_000))
    whole, _ = fitted(tmp_path / "whole", passes=20, work=1.28)

    # Interrupted after ten of twenty rounds; every round is kept, as if 30 s had passed.
    steps = iter(np.arange(100_000) * 40.0)
    with_stop = {"interrupted": lambda: next(calls) >= 9, "clock": lambda: float(next(steps))}
    _, first = fitted(tmp_path / "parts", passes=20, work=1.28, **with_stop)
    resumed, second = fitted(tmp_path / "parts", passes=20, work=1.28)

    assert first.kept is not None
    assert second.rounds_done == 20
    assert torch.equal(whole.weight, resumed.weight)


def test_best_weights_come_back(tmp_path):
    losses = iter([3.0, 1.0, 2.0, 2.5])
    seen = []
    network = Line()

    def measure():
        seen.append(network.weight.detach().clone())
        return next(losses)

    learn = examples()
    session = Session(seed=0, folder=tmp_path, rows=len(learn))
    course = Course(passes=4, batch=16, learning_rate=0.1, decay=0.0, schedule=cosine)
    groups, drawn = [Group(parameters=[network.weight])], torch.Generator().manual_seed(0)
    train(network, groups, learn, squares, measure, course, session, drawn)

    assert torch.equal(network.weight, seen[1])
    assert not network.training


def test_patience_is_a_share_of_the_schedule():
    best, network = Best(Line(), patience=0.25), Line()

    assert not best.see(network, 1.0, at=0.25)
    assert not best.see(network, 2.0, at=0.5)
    assert best.see(network, 2.0, at=0.51)


def test_threads_are_given_back():
    before = torch.get_num_threads()

    with threads(1):
        assert torch.get_num_threads() == 1

    assert torch.get_num_threads() == before


@pytest.mark.parametrize("name", sorted(set(SCHEDULES) - {"constant"}))
def test_schedules_stay_in_range_and_end_at_zero(name):
    values = [SCHEDULES[name](step / 100) for step in range(101)]

    assert min(values) >= 0.0
    assert max(values) <= 1.0
    assert values[-1] == pytest.approx(0.0, abs=1e-9)


def test_members_are_measured_on_the_rows_they_hold_out():
    held = held_out([np.array([0, 1]), np.array([2])])
    rows = Examples(
        inputs=(torch.tensor([[0.0], [0.0], [3.0]]),),
        targets=torch.zeros(3, 1),
        weights=torch.ones(3, 2),
    )
    heads = number_heads(("y",), np.array([[-1.0], [1.0]]), np.ones(2))

    loss = held_out_loss(lambda x: x, rows, torch.ones(3), held, heads.losses)

    assert loss == pytest.approx((0 + 0 + 9) / 3)
    assert held.weights(torch.ones(3), 2).tolist() == [[0.0, 1.0], [0.0, 1.0], [1.0, 0.0]]


def test_number_heads_stay_in_the_range_they_have_seen():
    heads = number_heads(("y",), np.array([[0.0], [10.0]]), np.ones(2))

    answer = heads.answer(torch.tensor([[[-9.0], [0.0], [9.0]]]))

    assert answer.values[:, 0].tolist() == [0.0, 5.0, 10.0]


def test_class_heads_average_probabilities_of_members():
    heads = class_heads(("y",), (("no", "yes"),))
    certain = math.log(9.0)

    answer = heads.answer(torch.tensor([[[0.0, certain]], [[0.0, -certain]]]))

    assert answer.values[0].tolist() == [pytest.approx([0.5, 0.5])]
    assert answer.values[0].dtype == np.float64


def test_several_heads_share_the_loss_evenly():
    heads = class_heads(("a", "b"), (("x", "y"), ("u", "v", "w")))
    truth = torch.tensor([[0, 2]])

    losses = partial(heads.losses, torch.zeros(1, 1, 5))(truth)

    assert losses.item() == pytest.approx((math.log(2) + math.log(3)) / 2)


def test_take_over_says_what_became_of_every_tensor():
    network = nn.ModuleDict({"body": nn.Linear(2, 2), "head": nn.Linear(2, 3)})
    earlier = nn.ModuleDict({"body": nn.Linear(2, 2), "head": nn.Linear(2, 5), "old": Line()})

    receipt = take_over(network, earlier.state_dict())

    actions = [(move.source, move.target, move.action) for move in receipt.moves]
    assert actions == [
        ("body.weight", "body.weight", "copied"),
        ("body.bias", "body.bias", "copied"),
        (None, "head.weight", "new"),
        (None, "head.bias", "new"),
        ("head.weight", None, "dropped"),
        ("head.bias", None, "dropped"),
        ("old.weight", None, "dropped"),
    ]
    assert torch.equal(network["body"].weight, earlier["body"].weight)
