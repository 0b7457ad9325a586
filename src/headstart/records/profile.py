"""Facts measured about the data, and traps; never opinions about models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from headstart.records.data import Modality, Role
from headstart.records.task import Task

TrapKind = Literal[
    "leak",
    "duplicates",
    "groups",
    "time",
    "imbalance",
    "constant",
    "identifier",
    "missing",
    "few_rows",
    "label_noise",
    "shift",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFacts:
    """What the pictures of a column are like.

    Attributes:
        width, height: medians, in pixels, as shown.
        grey: share of those without any colour.
        transparent: share of those through which something may shine.
    """

    width: float
    height: float
    grey: float
    transparent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """What was counted in one column.

    Attributes:
        missing: rows without a value.
        distinct: different values, missing left out.
        low, high, mean, spread: of numbers (spread is the standard deviation); else None.
        median_words: of text; else None.
        common: the most frequent values of a category, with their counts, at most ten.
        pictures: of a column of pictures, where they were looked at; else None.
    """

    name: str
    modality: Modality
    role: Role
    missing: int
    distinct: int
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    spread: float | None = None
    median_words: float | None = None
    common: tuple[tuple[str, int], ...] = ()
    pictures: PictureFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """Something in the data that misleads; a trap about the rows as a whole names no column."""

    kind: TrapKind
    because: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldFacts:
    """What a world looks like from inside.

    Attributes:
        observation: shape of one observation; () for a discrete state.
        states: number of discrete states, or None where observations are arrays.
        actions: number of discrete actions, or None where an action is a vector.
        action_size: length of the action vector, or None where actions are discrete.
        episode_steps: steps after which an episode is cut, or None.
        threshold: the return that counts as solved, or None where nobody has said.
        random_return: mean return of random play, over `episodes` episodes.
        steps_per_second: measured with random play on this machine.
    """

    observation: tuple[int, ...]
    states: int | None
    actions: int | None
    action_size: int | None
    episode_steps: int | None
    threshold: float | None
    random_return: float
    episodes: int
    steps_per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All that is known before anything is trained.

    Attributes:
        source: what the person named: a file, a frame, a world.
        rows: rows with a label; 0 for a world.
        columns: every column, ignored ones too.
        unlabelled: rows dropped because a target is missing.
        rejected: rows that could not be read.
        balance: for one classification target, the share of each class in the task's order.
        notes: sentences on how the source was read.
        judges: rows that may judge where an earlier model takes part that has learned from others;
            None where all may.
    """

    source: str
    rows: int
    columns: tuple[ColumnFacts, ...]
    task: Task
    traps: tuple[Trap, ...] = ()
    unlabelled: int = 0
    rejected: int = 0
    balance: tuple[float, ...] = ()
    world: WorldFacts | None = None
    notes: tuple[str, ...] = ()
    judges: int | None = None

    def inputs(self, modality: Modality | None = None) -> tuple[ColumnFacts, ...]:
        """The input columns (of a modality)."""
        return tuple(
            column
            for column in self.columns
            if column.role == "input" and modality in (None, column.modality)
        )
