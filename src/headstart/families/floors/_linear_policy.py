"""A linear policy for worlds: it plays, answers recorded observations, and is kept as two files.

Shapes: n rows, a scores (one for each discrete action, or for each number of an action vector),
d observed numbers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from headstart.errors import DataError, WeightsError
from headstart.records import Actions, Episodes, Receipt, Table, World
from headstart.storage.folders import stored, write_file
from headstart.worlds import (
    Spaces,
    open_world,
    play,
    spaces_from_plain,
    spaces_of,
    spaces_to_plain,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Policy:
    """Scores are the weights times the standardised observation.

    Attributes:
        weights: shape (a, d).
        mean, spread: of the observations, shape (d,), and how many were seen.
        receipt: what was taken over from an earlier policy, where there was one.
    """

    spaces: Spaces
    weights: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    seen: int = 0
    receipt: Receipt = Receipt()

    def predict(self, data: World | Table) -> Episodes | Actions:
        """Play a world's seeds, or answer recorded observations (input columns in their order)."""
        if isinstance(data, World):
            with closing(open_world(data)) as environment:
                expect_same_sizes(self.spaces, spaces_of(environment, data.id), f"`{data.id}`")
            return play(data, self.actor())
        return Actions(values=self._answers(_observations(data, self.spaces)))

    def save(self, folder: Path) -> None:
        from safetensors.numpy import save

        arrays = {"weights": self.weights, "mean": self.mean, "spread": self.spread}
        write_file(folder / "policy.safetensors", save(arrays))
        sizes = {"spaces": spaces_to_plain(self.spaces), "seen": self.seen}
        write_file(folder / "policy.json", json.dumps(sizes, allow_nan=False))

    def describe(self) -> dict[str, Any]:
        """The size of the policy, and what an earlier one brought."""
        size = self.weights.size
        output = (self.weights.shape[0],)
        return {
            "weights": list(self.weights.shape),
            "seen": self.seen,
            "receipt": self.receipt,
            "learning_rule": (
                "augmented random search: steps along random directions of the policy's weights, "
                "each as long as the returns of both its ends differ; no gradient"
            ),
            "nonlinearities": [] if self.spaces.actions is None else ["argmax"],
            "depth": 1,
            "parameters": size,
            "layers": [{"name": "policy", "kind": "linear", "parameters": size, "output": output}],
        }

    def actor(self) -> Callable[[Any], Any]:
        """What `play` asks at each step; the standardisation is folded into the weights."""
        weights = self.weights / self.spread
        offset = -weights @ self.mean
        if self.spaces.states is not None:
            by_state = weights.T + offset
            chosen = by_state.argmax(1).tolist() if self.spaces.actions else by_state
            return lambda state: chosen[state]
        if self.spaces.actions is not None:
            return lambda seen: (weights @ np.ravel(seen) + offset).argmax()
        return lambda seen: weights @ np.ravel(seen) + offset

    def _answers(self, seen: np.ndarray) -> np.ndarray:
        weights = self.weights / self.spread
        # A sum along the last axis gives a row the same bits alone as among others.
        scores = ((seen - self.mean)[:, None, :] * weights).sum(-1)
        if self.spaces.actions is not None:
            return scores.argmax(1)
        return np.clip(scores, self.spaces.low, self.spaces.high)


def load_policy(folder: Path) -> Policy:
    """The policy that `Policy.save` wrote."""
    from safetensors.numpy import load_file

    sizes = json.loads(stored(folder, "policy.json").read_text())
    arrays = load_file(stored(folder, "policy.safetensors"))
    return Policy(
        spaces=spaces_from_plain(sizes["spaces"]),
        weights=arrays["weights"],
        mean=arrays["mean"],
        spread=arrays["spread"],
        seen=sizes["seen"],
    )


def expect_same_sizes(policy: Spaces, world: Spaces, name: str) -> None:
    """Refuse a world of other sizes than the policy was learned with.

    Raises:
        WeightsError: which sizes differ.
    """

    def sizes(spaces: Spaces) -> str:
        many = f"{spaces.actions} actions" if spaces.actions else f"{spaces.action_size} numbers"
        return f"{spaces.observed} observed numbers and {many}"

    if sizes(policy) != sizes(world):
        raise WeightsError(
            f"the policy was learned with {sizes(policy)}; {name} has {sizes(world)}.",
            "A policy fits only worlds of the same sizes; learn one from scratch there.",
        )


def _observations(table: Table, spaces: Spaces) -> np.ndarray:
    """Recorded observations as (n, d); one column of state numbers for a discrete world."""
    names = table.names("input")
    wanted = spaces.observed if spaces.states is None else 1
    if len(names) != wanted:
        raise DataError(
            f"the table has {len(names)} input columns; this policy observes {wanted} numbers.",
            "Give one column for each observed number, in the order of the observation.",
        )
    columns = [np.asarray(table.values(name).to_numpy(), np.float64) for name in names]
    seen = np.stack(columns, axis=1)
    if np.isnan(seen).any():
        raise DataError(
            "a recorded observation is missing a value; every one needs all its numbers."
        )
    if spaces.states is None:
        return seen
    states = seen[:, 0].astype(np.int64)
    if ((states != seen[:, 0]) | (states < 0) | (states >= spaces.states)).any():
        raise DataError(f"a recorded state is none of 0 ... {spaces.states - 1}.")
    return np.eye(spaces.states)[states]
