"""Contenders whose true skill is known, for tests of what is said about them."""

import numpy as np

from headstart.evaluation import Contender, Outcome
from headstart.metrics import score
from headstart.records import Episodes, Probabilities, Scratch, Task

BINARY = Task(kind="classification", targets=("y",), classes=(("no", "yes"),), metric="accuracy")


def contender(name, outcomes, *, cost=1.0, is_floor=False):
    return Contender(
        candidate=name,
        family=name,
        start=Scratch(),
        is_floor=is_floor,
        cost=cost,
        outcomes=tuple(outcomes),
    )


def players(by_name, draws, *, episodes=50, spread=1.0):
    """Contenders of a world by name -> (mean return, cost, is_floor)."""
    found = []
    for number, (name, (mean, cost, is_floor)) in enumerate(by_name.items()):
        outcomes = []
        for draw in range(draws):
            generator = np.random.default_rng([number, draw])
            returns = mean + spread * generator.standard_normal(episodes)
            seeds = np.arange(episodes) + 1000 * draw
            answer = Episodes(returns=returns, steps=np.ones(episodes), seeds=seeds)
            outcomes.append(
                Outcome(draw=draw, score=float(returns.mean()), truth=None, prediction=answer)
            )
        found.append(contender(name, outcomes, cost=cost, is_floor=is_floor))
    return found


def guessers(skills, seed, *, draws=6, rows=500, alike=0.7, task=BINARY):
    """Contenders that are right with a known probability; the first two are floors.

    Rows have a difficulty, which `alike` of the answers follow; each training adds luck of one
    point of accuracy. Draws are folds of repeated shuffles. Cost rises with the position.
    """
    generator = np.random.default_rng(seed)
    truth, ease = generator.integers(2, size=(rows, 1)), generator.random(rows)
    shuffles = [generator.permutation(rows) for _ in range(-(-draws // 5))]
    found = []
    for place, (name, skill) in enumerate(skills.items()):
        outcomes = []
        for draw in range(draws):
            check = shuffles[draw // 5][draw % 5 :: 5]
            follows = generator.random(len(check)) < alike
            ease_here = np.where(follows, ease[check], generator.random(len(check)))
            right = ease_here < skill + 0.01 * generator.standard_normal()
            label = np.where(right, truth[check, 0], 1 - truth[check, 0])
            chance = 0.5 + (label - 0.5) * generator.uniform(0.2, 0.9, len(check))
            answer = Probabilities(values=(np.stack([1 - chance, chance], axis=1),))
            outcomes.append(
                Outcome(
                    draw=draw,
                    score=score(task.metric, truth[check], answer, task),
                    truth=truth[check],
                    prediction=answer,
                    blocks=check,
                )
            )
        found.append(contender(name, outcomes, cost=1.0 + place, is_floor=place < 2))
    return found
