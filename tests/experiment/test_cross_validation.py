"""Where no rows are locked, the draws themselves tell, with the price of the choice inside."""

from types import SimpleNamespace

import numpy as np
import pytest

from headstart.evaluation import Contender, Outcome
from headstart.experiment.cross_validation import cross_validated_score
from headstart.metrics import score
from headstart.records import Probabilities, Scratch, Task
from headstart.records.verdict import Standing

TASK = Task(kind="classification", targets=("y",), classes=(("no", "yes"),), metric="accuracy")
ROWS, DRAWS = 100, 5
FLOOR = Standing(
    candidate="majority",
    family="majority",
    start=Scratch(),
    score=0.5,
    interval=(0.4, 0.6),
    cost=1.0,
    draws=DRAWS,
)


def field(names, seed):
    """Candidates that toss coins, on the five folds of a hundred rows."""
    random = np.random.default_rng(seed)
    truth, order = random.integers(2, size=(ROWS, 1)), random.permutation(ROWS)
    found = []
    for name in names:
        outcomes = []
        for draw in range(DRAWS):
            rows = order[draw::DRAWS]
            said = random.uniform(0.1, 0.9, len(rows))
            answer = Probabilities(values=(np.stack([1 - said, said], axis=1),))
            measured = score(TASK.metric, truth[rows], answer, TASK)
            outcomes.append(
                Outcome(
                    draw=draw, score=measured, truth=truth[rows], prediction=answer, blocks=rows
                )
            )
        found.append(
            Contender(
                candidate=name,
                family=name,
                start=Scratch(),
                is_floor=False,
                cost=1.0,
                outcomes=tuple(outcomes),
            )
        )
    return found


def arena():
    material = SimpleNamespace(task=TASK, scale=lambda: None, seed=0)
    return SimpleNamespace(material=material, seed=0)


def test_the_best_of_many_coins_is_told_to_be_a_coin():
    naive, told = [], []

    for seed in range(6):
        coins = field([f"coin {number}" for number in range(20)], seed)
        naive.append(max(np.mean([each.score for each in one.outcomes]) for one in coins))
        told.append(cross_validated_score(arena(), coins, FLOOR).score)

    assert np.mean(naive) > 0.57
    assert np.mean(told) == pytest.approx(0.5, abs=0.05)


def test_no_look_is_counted_and_the_floor_stands_beside():
    found = cross_validated_score(arena(), field(["only"], 0), FLOOR)

    assert found.looks == 0
    assert (found.floor_score, found.floor_interval) == (0.5, (0.4, 0.6))
    assert found.metrics == {"accuracy": found.score}
    assert found.interval[0] < found.score < found.interval[1]
