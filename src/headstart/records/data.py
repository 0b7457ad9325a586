"""What there is to learn from: a `Table` or a `World`; nothing else.

A table holds Arrow columns; a world is a recipe for an environment that is made where it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from headstart.errors import unknown_name

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Modality = Literal[
    "number", "category", "text", "image", "audio", "time", "series", "vector", "identifier"
]
Role = Literal["input", "target", "group", "item", "weight", "ignored"]
MODALITIES: tuple[Modality, ...] = (
    "number",
    "category",
    "text",
    "image",
    "audio",
    "time",
    "series",
    "vector",
    "identifier",
)
ROLES: tuple[Role, ...] = ("input", "target", "group", "item", "weight", "ignored")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column's name as it is in the file, what its values are, and what they are for.

    Attributes:
        written: how the source wrote the values where there are several ways: `time` (typed),
            `time:day/month/year`, `decimal_comma`, `digits:3` (007); empty where there is one.
    """

    name: str
    modality: Modality
    role: Role = "input"
    written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Rows of typed columns.

    Attributes:
        columns: one per Arrow column, in the same order.
        arrow: the values. Numbers are float64 or integers, categories and text are strings,
            times are timestamps; a missing value is null (NaN counts as missing).
        row_ids: shape (n,), int64: the number of each row in the source, 0 for the first; it stays
            with the row through every selection.
        media_root: the folder that image and audio paths are relative to.
    """

    columns: tuple[Column, ...]
    arrow: pa.Table
    row_ids: np.ndarray
    media_root: Path | None = None

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def names(self, role: Role = "input", modality: Modality | None = None) -> tuple[str, ...]:
        """Names of the columns of a role (and a modality), in order."""
        return tuple(
            column.name
            for column in self.columns
            if column.role == role and modality in (None, column.modality)
        )

    def column(self, name: str) -> Column:
        """What is known of a column; unknown names are refused with the nearest one."""
        for column in self.columns:
            if column.name == name:
                return column
        raise unknown_name("column", name, [column.name for column in self.columns])

    def values(self, name: str) -> pa.ChunkedArray:
        """The Arrow values of a column."""
        self.column(name)
        return self.arrow.column(name)

    def take(self, rows: Sequence[int] | np.ndarray) -> Table:
        """These rows, by position and in this order."""
        import numpy as np

        rows = np.asarray(rows, dtype=np.int64)
        return replace(self, arrow=self.arrow.take(rows), row_ids=self.row_ids[rows])

    def without(self, *roles: Role) -> Table:
        """The table without the columns of these roles."""
        kept = tuple(column for column in self.columns if column.role not in roles)
        return replace(self, columns=kept, arrow=self.arrow.select([c.name for c in kept]))

    def with_columns(self, columns: Sequence[Column]) -> Table:
        """The same values under another reading (modalities and roles) of the same names."""
        return replace(self, columns=tuple(columns))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Something to act in, as a recipe.

    Attributes:
        id: `gym:CartPole-v1`, `game:connect_four`.
        settings: pairs that are passed when the environment is made.
        seeds: the reset seeds that may be used, in order. `fit` gets a block that shares no seed
            with the blocks that evaluation and the locked score use.
    """

    id: str
    settings: tuple[tuple[str, Any], ...] = ()
    seeds: range = range(0)


Data: TypeAlias = Table | World
