"""What became of every tensor or column when something learned before was taken over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["copied", "adapted", "new", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One tensor or column. `source` is None for new, `target` for dropped."""

    source: str | None
    target: str | None
    action: Action
    because: str = ""
    how: str = ""
    from_shape: tuple[int, ...] | None = None
    to_shape: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Every move; nothing is dropped quietly."""

    moves: tuple[Move, ...] = ()
