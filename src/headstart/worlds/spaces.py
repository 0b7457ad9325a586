"""What goes into a world and what comes out of it, in one record.

Gymnasium has a dozen kinds of spaces; two of them hold nearly every environment that people learn
in: `Box`, an array of numbers, and `Discrete`, one of n. The bundled worlds describe themselves
with the records of the same names and fields here, so that they need no library.

Shapes: d observed numbers (flat), k action numbers (flat).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from headstart.errors import AskError


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrete:
    """One of n, counted from `start`."""

    n: int
    start: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Box:
    """An array of numbers between `low` and `high`."""

    low: np.ndarray
    high: np.ndarray
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spaces:
    """The size of observations and actions.

    Attributes:
        observation: shape of one observation; () for a discrete state.
        states: number of discrete states, or None where observations are arrays.
        actions: number of discrete actions, or None where an action is a vector.
        action_shape: shape of an action array; () where actions are discrete.
        low, high: bounds of an action array, flat (k,), possibly infinite; None where discrete.
    """

    observation: tuple[int, ...]
    states: int | None
    actions: int | None
    action_shape: tuple[int, ...] = ()
    low: np.ndarray | None = None
    high: np.ndarray | None = None

    @property
    def observed(self) -> int:
        """Numbers in an observation vector: a state counts as one number for each state (d)."""
        return math.prod(self.observation) if self.states is None else self.states

    @property
    def action_size(self) -> int | None:
        """Length of the action vector (k), or None where actions are discrete."""
        return None if self.low is None else len(self.low)

    def action(self, chosen: Any) -> Any:
        """What `step` takes: an index as int, or a vector clipped to its bounds and reshaped."""
        if self.low is None or self.high is None:
            return int(chosen)
        clipped = np.clip(chosen, self.low, self.high)
        return clipped.astype(np.float32).reshape(self.action_shape)


def spaces_of(environment: Any, name: str = "this world") -> Spaces:
    """Read an environment's spaces.

    Raises:
        AskError: a space is neither `Box` nor `Discrete` from 0.
    """
    seen, done = environment.observation_space, environment.action_space
    _check(seen, "observations", name)
    _check(done, "actions", name)
    states = int(seen.n) if _is_discrete(seen) else None
    observation = () if states is not None else tuple(seen.shape)
    if _is_discrete(done):
        return Spaces(observation=observation, states=states, actions=int(done.n))
    return Spaces(
        observation=observation,
        states=states,
        actions=None,
        action_shape=tuple(done.shape),
        low=np.asarray(done.low, np.float64).ravel(),
        high=np.asarray(done.high, np.float64).ravel(),
    )


def spaces_to_plain(spaces: Spaces) -> dict[str, Any]:
    """Spaces as strict JSON: an infinite bound is null."""
    return {
        "observation": list(spaces.observation),
        "states": spaces.states,
        "actions": spaces.actions,
        "action_shape": list(spaces.action_shape),
        "low": None if spaces.low is None else [_finite(bound) for bound in spaces.low],
        "high": None if spaces.high is None else [_finite(bound) for bound in spaces.high],
    }


def spaces_from_plain(plain: Mapping[str, Any]) -> Spaces:
    """The spaces that `spaces_to_plain` wrote."""

    def bounds(name: str, infinite: float) -> np.ndarray | None:
        stored = plain[name]
        if stored is None:
            return None
        return np.array([infinite if bound is None else bound for bound in stored], np.float64)

    return Spaces(
        observation=tuple(plain["observation"]),
        states=plain["states"],
        actions=plain["actions"],
        action_shape=tuple(plain["action_shape"]),
        low=bounds("low", -math.inf),
        high=bounds("high", math.inf),
    )


def _finite(bound: float) -> float | None:
    return float(bound) if math.isfinite(bound) else None


def _is_discrete(space: Any) -> bool:
    return type(space).__name__ == "Discrete"


def _check(space: Any, noun: str, name: str) -> None:
    if type(space).__name__ == "Box" or (_is_discrete(space) and int(space.start) == 0):
        return
    raise AskError(
        f"the {noun} of `{name}` are `{space}`; Headstart learns in worlds whose {noun} are an "
        "array of numbers (`Box`) or one of n counted from 0 (`Discrete`).",
        "Wrap the environment, for instance with gymnasium.wrappers.FlattenObservation.",
    )
