"""A corridor: the smallest world in which there is something to learn.

The walker stands in one of n cells and steps left (0) or right (1); every step costs 1, the last
cell ends the episode, and after `LONGEST` steps the episode is cut. The seed chooses the first
cell. Always going right is best; for five cells its mean return is -(4 + 3 + 2 + 1) / 4 = -2.5,
while random steps need far longer. Needs no library but NumPy; `reset` and `step` are as
Gymnasium has them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from headstart.errors import AskError
from headstart.worlds.spaces import Discrete

LONGEST = 50
_FEWEST_CELLS, _MOST_CELLS = 2, 50


class Corridor:
    """A walk to the right end of `cells` cells.

    Example:
        >>> corridor = Corridor(5)
        >>> cell, _ = corridor.reset(seed=0)
        >>> corridor.step(1)[0] - cell
        1
    """

    def __init__(self, cells: int) -> None:
        self.observation_space = Discrete(n=cells)
        self.action_space = Discrete(n=2)
        self._last = cells - 1
        self._cell, self._steps = 0, 0
        self._random = np.random.default_rng(0)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Begin an episode; without a seed the next random cell is taken."""
        if seed is not None:
            self._random = np.random.default_rng(seed)
        self._cell, self._steps = int(self._random.integers(self._last)), 0
        return self._cell, {}

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        """Move; answers (cell, reward, arrived, cut, {})."""
        self._steps += 1
        self._cell = min(max(self._cell + (1 if action == 1 else -1), 0), self._last)
        arrived = self._cell == self._last
        return self._cell, -1.0, arrived, not arrived and self._steps >= LONGEST, {}

    def close(self) -> None:
        """There is nothing to free."""


def cells_of(text: str) -> int:
    """The number of cells in the part of an id after `corridor:`.

    Raises:
        AskError: it is no whole number in range.
    """
    if text.isascii() and text.isdigit() and _FEWEST_CELLS <= int(text) <= _MOST_CELLS:
        return int(text)
    raise AskError(
        f"the world `corridor:{text}` has no length; a number of cells from {_FEWEST_CELLS} to "
        f"{_MOST_CELLS} was expected.",
        "For instance: corridor:5",
    )
