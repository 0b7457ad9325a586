"""Facts about a world, measured with random play."""

from __future__ import annotations

import time
from contextlib import closing

import numpy as np

from headstart.records import Task, World, WorldFacts
from headstart.worlds.environment import Environment, episode_limit, open_world, threshold
from headstart.worlds.rollout import Act, episode
from headstart.worlds.seeds import PROFILE_SEEDS
from headstart.worlds.spaces import Spaces, spaces_of


def control_task() -> Task:
    """The question that every world asks: act so that the return is high.

    Example:
        >>> control_task().metric
        'return'
    """
    return Task(kind="control", metric="return")


def facts(world: World, seconds: float = 1.0) -> WorldFacts:
    """Spaces, limits and speed of a world, and what random play earns there.

    Plays 100 episodes, fewer when `seconds` run out (never less than one). The actions are drawn
    with a fixed seed, so in a quick world the return is the same each time; the speed is not.

    Raises:
        AskError: the world cannot be opened, or its spaces are of another kind.
    """
    with closing(open_world(world)) as environment:
        spaces = spaces_of(environment, world.id)
        began = time.perf_counter()
        returns, steps = _random_play(environment, spaces, began + seconds)
        passed = max(time.perf_counter() - began, 1e-9)
        return WorldFacts(
            observation=spaces.observation,
            states=spaces.states,
            actions=spaces.actions,
            action_size=spaces.action_size,
            episode_steps=episode_limit(world, environment),
            threshold=threshold(environment),
            random_return=float(np.mean(returns)),
            episodes=len(returns),
            steps_per_second=steps / passed,
        )


def random_action(spaces: Spaces, random: np.random.Generator) -> Act:
    """A policy that ignores what it sees: every index, or every point of the box, alike.

    Where a bound is infinite, a standard normal number is drawn instead.
    """
    if spaces.actions is not None:
        count = spaces.actions
        return lambda observation: random.integers(count)
    assert spaces.low is not None
    assert spaces.high is not None
    bounded = np.isfinite(spaces.low) & np.isfinite(spaces.high)
    low, high = np.where(bounded, spaces.low, 0.0), np.where(bounded, spaces.high, 1.0)

    def draw(observation: object) -> np.ndarray:
        even = random.uniform(low, high)
        return even if bounded.all() else np.where(bounded, even, random.standard_normal(len(low)))

    return draw


def _random_play(environment: Environment, spaces: Spaces, until: float) -> tuple[list[float], int]:
    act = random_action(spaces, np.random.default_rng(0))
    returns: list[float] = []
    steps = 0
    for seed in PROFILE_SEEDS:
        earned, taken = episode(environment, spaces, seed, act)
        returns.append(earned)
        steps += taken
        if time.perf_counter() > until:
            break
    return returns, steps
