"""Make the environment that a recipe describes, where it is used.

Environments hold simulators, random states and open files, so they never travel; a `World` does.
"""

from __future__ import annotations

import warnings
from typing import Any, Protocol

from headstart.errors import AskError
from headstart.processes.libraries import need
from headstart.records import World
from headstart.worlds.corridor import LONGEST, Corridor, cells_of

LONGEST_EPISODE = 10_000
"""Steps after which an episode is cut in a world that sets no limit of its own."""


class Environment(Protocol):
    """What Gymnasium's environments offer and every learner here uses."""

    observation_space: Any
    action_space: Any

    def reset(self, *, seed: int | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode: (observation, facts that no learner reads)."""
        ...

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Act: (observation, reward, has ended, was cut, facts)."""
        ...

    def close(self) -> None:
        """Free what the simulator holds."""
        ...


def open_world(world: World) -> Environment:
    """The environment of a recipe; close it after use (`contextlib.closing`).

    Raises:
        AskError: it cannot be made with these settings, or a package of it is missing.
        MissingExtra: Gymnasium is not installed.
    """
    kind, _, name = world.id.partition(":")
    if kind == "corridor":
        return Corridor(cells_of(name))
    return _make(world, name)


def episode_limit(world: World, environment: Environment) -> int:
    """Steps after which this world cuts an episode."""
    if world.id.startswith("corridor:"):
        return LONGEST
    spec = getattr(environment, "spec", None)
    return int(spec.max_episode_steps) if spec and spec.max_episode_steps else LONGEST_EPISODE


def threshold(environment: Environment) -> float | None:
    """The mean return that counts as solved in Gymnasium's registry, or None."""
    spec = getattr(environment, "spec", None)
    return float(spec.reward_threshold) if spec and spec.reward_threshold is not None else None


def _make(world: World, name: str) -> Environment:
    gymnasium = need("gymnasium", wanted_by=f"the world `{world.id}`")
    settings = dict(world.settings)
    registered = gymnasium.registry.get(name)
    if registered is not None and registered.max_episode_steps is None:
        settings.setdefault("max_episode_steps", LONGEST_EPISODE)
    try:
        with warnings.catch_warnings():
            # It warns of newer versions and of wide bounds: the id was chosen by the person.
            warnings.simplefilter("ignore")
            return gymnasium.make(name, disable_env_checker=True, **settings)
    except (gymnasium.error.Error, ImportError, TypeError, ValueError) as error:
        raise AskError(
            f"the world `{world.id}` cannot be opened: {_sentence(error)}",
            "Install what it needs, or change its settings.",
        ) from error


def _sentence(error: Exception) -> str:
    first = str(error).strip().split("\n", 1)[0] or type(error).__name__
    return first if first.endswith((".", "!")) else f"{first}."
