"""Which rows a model has learned from: keyed hashes of their inputs, kept in its folder.

Rows that judge an earlier model must be none of these, or it would win by memory. A hash is of the
input values alone, brought into the modality in which the model reads them: the same row is known
again in another file, format or order, and also where its label was corrected since or another
column is asked for now. Of pictures the bytes of the files count, not their names. The inputs are
divided into two halves with a hash each, so that rows are known again in a table that lacks a
column. Numbers count as float32, because formats differ in the last digits. Without the key, which
stands beside them, hashes tell nothing about values.

Shapes: n rows, g halves (2; 1 for a single input, 0 for none). A row takes 8 g bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from headstart.intake.cells import fitted
from headstart.intake.fingerprints import row_hashes
from headstart.records import Column, Table
from headstart.records.plain import plain
from headstart.storage.folders import write_file

if TYPE_CHECKING:
    import pyarrow as pa

FOLDER = "learned"
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, odd: neighbours land far apart


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Memory:
    """The rows of one training table, as hashes.

    Attributes:
        halves: the columns that each hash is made of.
        hashes: uint64, shape (n, g), ascending, each row once.
    """

    key: str
    halves: tuple[tuple[Column, ...], ...]
    hashes: np.ndarray

    def knows(self, table: Table) -> np.ndarray | None:
        """Which rows of a table are among these, bool, shape (m,).

        A half counts if the table has all of its columns. None where no half does, so that it
        cannot be told.
        """
        if not self.halves:
            return np.zeros(len(table), dtype=bool)
        there = set(table.arrow.column_names)
        known = [g for g, half in enumerate(self.halves) if {c.name for c in half} <= there]
        if not known:
            return None
        asked = _hashed(table, [self.halves[g] for g in known], self.key)
        return np.isin(_joined(asked), _joined(self.hashes[:, known]))


def memory_of(table: Table, key: str) -> Memory:
    """The rows of a table under its inputs.

    Args:
        key: a secret of those who have the data, such as their fingerprint.
    """
    inputs = sorted(
        (column for column in table.columns if column.role == "input"), key=lambda each: each.name
    )
    halves = tuple(tuple(half) for half in (inputs[::2], inputs[1::2]) if half)
    hashes = _hashed(table, halves, key)
    if halves:
        hashes = np.unique(hashes, axis=0)
    return Memory(key=key, halves=halves, hashes=hashes)


def write_memories(folder: Path, memories: Iterable[Memory]) -> None:
    """Keep what a model has learned from in its folder, equal memories once."""
    from safetensors.numpy import save

    seen: set[bytes] = set()
    for memory in memories:
        facts = json.dumps({"key": memory.key, "halves": plain(memory.halves)})
        # One entry: the order of several is not the same in every process.
        content = save({"hashes": memory.hashes}, metadata={"memory": facts})
        if content not in seen:
            (folder / FOLDER).mkdir(exist_ok=True)
            write_file(folder / FOLDER / f"{len(seen)}.safetensors", content)
            seen.add(content)


def read_memories(folder: Path) -> tuple[Memory, ...] | None:
    """What a model folder keeps; None where it keeps nothing. Checksums are the caller's."""
    from safetensors import safe_open

    paths = sorted((folder / FOLDER).glob("*.safetensors"))
    memories = []
    for path in paths:
        with safe_open(path, framework="numpy") as file:
            facts = json.loads(file.metadata()["memory"])
            memory = Memory(
                key=facts["key"],
                halves=tuple(tuple(Column(**each) for each in half) for half in facts["halves"]),
                hashes=file.get_tensor("hashes"),
            )
        memories.append(memory)
    return tuple(memories) or None


def _hashed(table: Table, halves: Sequence[Sequence[Column]], key: str) -> np.ndarray:
    hashes = [
        row_hashes(_as_read(table, half), key.encode(), tuple(column.name for column in half))
        for half in halves
    ]
    return np.stack(hashes, axis=1) if hashes else np.zeros((len(table), 0), dtype=np.uint64)


def _as_read(table: Table, columns: Sequence[Column]) -> Table:
    """The columns in the modality in which the model reads them."""
    arrow = table.arrow.select([])
    for column in columns:
        values = fitted(table.arrow.column(column.name), column).values
        arrow = arrow.append_column(column.name, _coarse(values))
    return replace(table, columns=tuple(columns), arrow=arrow)


def _coarse(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers as float32, which every format keeps."""
    import pyarrow as pa
    import pyarrow.types as types

    if types.is_integer(values.type):
        values = values.cast(pa.float64(), safe=False)
    return values.cast(pa.float32()) if types.is_floating(values.type) else values


def _joined(hashes: np.ndarray) -> np.ndarray:
    """One number for the hashes of a row, uint64, shape (n,)."""
    joined = hashes[:, 0].copy()
    for column in hashes.T[1:]:
        joined = joined * _SPREAD ^ column
    return joined
