"""What weights were worth, where it is planted: what they know, or nothing but their scale.

A teacher gives its first layer away. In one world the answer is a sum of the teacher's features,
and few rows are there to find them anew. In the other the teacher learned something unrelated, and
what helps is only that its weights are large enough for some hundred steps to get anywhere.
"""

import numpy as np
import torch
from torch import nn

from headstart import weights
from headstart.evaluation import Contender, Outcome, weigh
from headstart.metrics import score
from headstart.records import FineTune, Probabilities, Task

TASK = Task(kind="classification", targets=("y",), classes=(("no", "yes"),), metric="accuracy")
INPUTS, UNITS, DRAWS = 12, 16, 5
ARMS = (None, "random", "shuffled")


def _teacher(knows):
    """A first layer: two planted directions and their opposites, or nothing but noise."""
    generator = torch.Generator().manual_seed(0)
    layer = nn.Linear(INPUTS, UNITS)
    with torch.no_grad():
        layer.weight.copy_(torch.randn(UNITS, INPUTS, generator=generator) * INPUTS**-0.5)
        layer.bias.zero_()
        if knows:
            first, second = torch.linalg.qr(torch.randn(INPUTS, 2, generator=generator))[0].T
            both, apart = first + second, first - second
            layer.weight[:4] = 2 * torch.stack([both, -both, apart, -apart])
    return layer


def _answer(rows, teacher, knows):
    """An exclusive or of two planted directions, or the sign of one that nobody planted."""
    if not knows:
        return (rows.sum(dim=1) > 0).long()
    both, apart = (rows @ teacher.weight[place] for place in (0, 2))
    return (both.abs() > apart.abs()).long()


def _student(teacher, control, first_scale, seed):
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Linear(INPUTS, UNITS), nn.ReLU(), nn.Linear(UNITS, 2))
    nn.init.zeros_(network[2].weight)
    with torch.no_grad():
        network[0].weight.normal_(std=first_scale)
        network[0].bias.zero_()
    if control != "random":
        plan = weights.plan(teacher, network[0])
        plan = weights.shuffled(plan, seed) if control else plan
        plan.apply(check=False)
    return network


def _taught(network, rows, truth, *, rate, steps):
    optimiser = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9)
    for _ in range(steps):
        optimiser.zero_grad()
        nn.functional.cross_entropy(network(rows), truth).backward()
        optimiser.step()


def _contenders(*, knows, first_scale, rows, rate, steps):
    teacher, found = _teacher(knows), []
    with torch.random.fork_rng(devices=[]):
        for control in ARMS:
            outcomes = []
            for draw in range(DRAWS):
                generator = torch.Generator().manual_seed(100 + draw)
                drawn = torch.randn(rows + 500, INPUTS, generator=generator)
                truth = _answer(drawn, teacher, knows)
                network = _student(teacher, control, first_scale, seed=draw)
                _taught(network, drawn[:rows], truth[:rows], rate=rate, steps=steps)
                with torch.no_grad():
                    chances = torch.softmax(network(drawn[rows:]).double(), dim=1).numpy()
                answer, asked = Probabilities(values=(chances,)), truth[rows:, None].numpy()
                outcomes.append(
                    Outcome(
                        draw=draw,
                        score=score("accuracy", asked, answer, TASK),
                        truth=asked,
                        prediction=answer,
                        blocks=np.arange(500) + 1_000 * draw,
                    )
                )
            found.append(
                Contender(
                    candidate=f"net.{control}",
                    family="net",
                    start=FineTune(checkpoints=("teacher",), control=control),
                    is_floor=False,
                    cost=1.0,
                    outcomes=tuple(outcomes),
                )
            )
    return found


def test_what_a_teacher_knows_is_told_from_its_scale():
    same = float(_teacher(knows=True).weight.detach().std())
    leader, *arms = _contenders(knows=True, first_scale=same, rows=80, rate=0.1, steps=60)

    found = weigh(leader, arms, TASK, 0.02)

    assert found.caused_by == "knowledge", found.because


def test_a_scale_that_helps_by_itself_is_called_that():
    leader, *arms = _contenders(knows=False, first_scale=1e-4, rows=300, rate=0.02, steps=40)

    found = weigh(leader, arms, TASK, 0.02)

    assert found.caused_by == "scale", found.because
    assert "not what they know" in found.because
