"""Play episodes: the only place that knows how an environment is stepped through.

Shapes: n episodes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import numpy as np

from headstart.records import Episodes, World
from headstart.worlds.environment import LONGEST_EPISODE, Environment, open_world
from headstart.worlds.spaces import Spaces, spaces_of

Act = Callable[[Any], Any]
"""From an observation as the environment gives it to an action: an index or a vector."""


def play(world: World, act: Act, begin: Callable[[int], None] = lambda seed: None) -> Episodes:
    """One episode for each seed of the world, in order.

    Args:
        begin: is told the reset seed before each episode, for policies that draw or remember.

    Example:
        >>> play(World(id="corridor:5", seeds=range(3)), lambda cell: 1).returns.tolist()
        [-1.0, -3.0, -1.0]
    """
    returns, steps = np.zeros(len(world.seeds)), np.zeros(len(world.seeds), np.int64)
    with closing(open_world(world)) as environment:
        spaces = spaces_of(environment, world.id)
        for number, seed in enumerate(world.seeds):
            begin(seed)
            returns[number], steps[number] = episode(environment, spaces, seed, act)
    return Episodes(returns=returns, steps=steps, seeds=np.array(world.seeds, np.int64))


def episode(
    environment: Environment,
    spaces: Spaces,
    seed: int,
    act: Act,
    most_steps: float = LONGEST_EPISODE,
) -> tuple[float, int]:
    """The sum of rewards and the number of steps of one episode, cut after `most_steps`."""
    observation, _ = environment.reset(seed=seed)
    total, steps, over = 0.0, 0, False
    while not over and steps < most_steps:
        observation, reward, ended, cut, _ = environment.step(spaces.action(act(observation)))
        total += float(reward)
        steps += 1
        over = ended or cut
    return total, steps
