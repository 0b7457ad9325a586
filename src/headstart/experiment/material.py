"""The data of a run as files that workers map into memory, and the draws that divide them.

Open rows stand in one Arrow file that every worker may map. Locked rows stand in another one,
whose path goes into no job before the verdict.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from headstart import worlds
from headstart.features.targets import class_indices, row_weights, target_numbers
from headstart.intake import splits
from headstart.records import Column, Data, Table, Task, World
from headstart.records.plain import plain
from headstart.storage.folders import sync, unfinished, write_file

CHECK_SHARE = 0.2


Truth: TypeAlias = tuple[np.ndarray | None, np.ndarray | None, np.ndarray | None]


@dataclass(slots=True, kw_only=True, eq=False)
class Material:
    """What trials may learn from; a draw is divided once and remembered.

    Attributes:
        folder: where row files are kept; it belongs to the run.
        data: the open rows, or the world.
        rows: training rows of one draw at full size (a world: environment steps).
        judges: positions of the open rows that may validate; None where all may.
        left_out: positions of open rows that nothing is trained on; they validate as ever.
    """

    folder: Path
    task: Task
    data: Data
    seed: int
    rows: int
    judges: np.ndarray | None = None
    left_out: np.ndarray | None = None
    _draws: dict[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    _truths: dict[int, Truth] = field(default_factory=dict)
    _spread: np.ndarray | None = None
    _groups: np.ndarray | None = None
    _known: set[Path] = field(default_factory=set)

    @property
    def all_rows(self) -> int:
        """Rows that the refit learns from."""
        return len(self.data) if isinstance(self.data, Table) else self.rows

    def training(self, draw: int | None, rows: int) -> dict[str, Any]:
        """What a job learns from: `draw` None means every open row."""
        if isinstance(self.data, World):
            block = worlds.training_seeds(0 if draw is None else draw)
            return {"world": plain(self.data), "seeds": [block.start, block.stop]}
        return {"table": str(self._table_file()), "rows": str(self._rows_file(draw, rows))}

    def checking(self, draw: int) -> dict[str, Any]:
        """What a job is scored on, without the answers."""
        if isinstance(self.data, World):
            block = worlds.validation_seeds(draw)
            return {"world": plain(self.data), "seeds": [block.start, block.stop]}
        return {"table": str(self._table_file()), "rows": str(self._check_file(draw))}

    def check_rows(self, draw: int) -> np.ndarray:
        """Positions of a draw's validation rows among the open rows."""
        return self._divided(draw)[1]

    def truth(self, draw: int) -> Truth:
        """Truth, blocks and weights of a draw's validation rows; all None for worlds."""
        if isinstance(self.data, World):
            return None, None, None
        if draw not in self._truths:
            self._truths[draw] = self.truth_at(self.check_rows(draw))
        return self._truths[draw]

    def varied(
        self, folder: Path, data: Table, left_out: np.ndarray | None, draws: int
    ) -> Material:
        """The same draws of the same rows, in another reading or with some that teach nothing.

        What judges is not varied: the truth and its weights are those of this material.

        Args:
            folder: where the other row files are kept.
            draws: how many of them will be asked for, at most.
        """
        for draw in range(draws):
            self.truth(draw)
        return replace(
            self,
            folder=folder,
            data=data,
            left_out=left_out,
            _known=set(),
        )

    def truth_at(self, rows: np.ndarray) -> Truth:
        """The same of open rows by position; a group has one number in every draw."""
        assert isinstance(self.data, Table)
        truth, blocks, weights = truth_of(self.data.take(rows), self.task)
        if blocks is not None:
            if self._groups is None:
                self._groups = splits.resampled_together(self.data, self.task)
            assert self._groups is not None
            blocks = self._groups[rows]
        return truth, blocks, weights

    def scale(self) -> np.ndarray | None:
        """Spread of each numeric target over the open rows, shape (t,); None otherwise."""
        if not isinstance(self.data, Table) or self.task.kind != "regression":
            return None
        if self._spread is None:
            spread = target_numbers(self.data, self.task).std(axis=0)
            self._spread = np.where(spread > 0, spread, 1.0)
        return self._spread

    def _divided(self, draw: int) -> tuple[np.ndarray, np.ndarray]:
        assert isinstance(self.data, Table)
        if draw not in self._draws:
            self._draws[draw] = splits.draw(self.data, self.task, draw, self.seed, self.judges)
        return self._draws[draw]

    def _table_file(self) -> Path:
        assert isinstance(self.data, Table)
        path = self.folder / "open.arrow"
        if not path.exists():
            write_table(path, self.data)
        elif path not in self._known:
            _write_reading(path, self.data)  # the pictures of a run that was moved are elsewhere
        self._known.add(path)
        return path

    def _rows_file(self, draw: int | None, rows: int) -> Path:
        assert isinstance(self.data, Table)
        if draw is None:
            return self._keep("all", self._taught(np.arange(len(self.data))))
        path = self.folder / f"draw-{draw}-rows-{rows}.npy"
        if path.exists():
            return path
        train = self._divided(draw)[0]
        if rows < len(train):
            train = splits.nested(self.data, self.task, train, rows, self.seed + draw)
        return self._keep(path.stem, self._taught(train))

    def _taught(self, rows: np.ndarray) -> np.ndarray:
        return rows if self.left_out is None else np.setdiff1d(rows, self.left_out)

    def _check_file(self, draw: int) -> Path:
        path = self.folder / f"draw-{draw}-check.npy"
        return path if path.exists() else self._keep(path.stem, self.check_rows(draw))

    def _keep(self, name: str, rows: np.ndarray) -> Path:
        path = self.folder / f"{name}.npy"
        self.folder.mkdir(parents=True, exist_ok=True)
        _save(path, rows)
        return path


def truth_of(table: Table, task: Task) -> Truth:
    """Truth (n, t), blocks (n,) that a bootstrap must not part, weights (n,)."""
    truth = (
        class_indices(table, task) if task.kind == "classification" else target_numbers(table, task)
    )
    return truth, splits.resampled_together(table, task), row_weights(table)


def write_table(path: Path, table: Table) -> None:
    """A table as an Arrow file that can be mapped, with its columns' reading beside it."""
    import pyarrow as pa

    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = unfinished(path)
    with pa.OSFile(str(temporary), "wb") as sink, pa.ipc.new_file(sink, table.arrow.schema) as out:
        out.write_table(table.arrow.combine_chunks())
    _save(path.with_suffix(".ids.npy"), table.row_ids)
    _write_reading(path, table)
    sync(temporary)
    temporary.replace(path)


def _write_reading(path: Path, table: Table) -> None:
    reading = {
        "columns": plain(table.columns),
        "media_root": None if table.media_root is None else str(table.media_root),
    }
    write_file(path.with_suffix(".json"), json.dumps(reading))


def _save(path: Path, rows: np.ndarray) -> None:
    """Row numbers, in one step."""
    buffer = io.BytesIO()
    np.save(buffer, rows, allow_pickle=False)
    write_file(path, buffer.getvalue())


def read_table(path: Path) -> Table:
    """The table that `write_table` wrote, mapped and not copied."""
    import pyarrow as pa

    reading = json.loads(path.with_suffix(".json").read_text())
    root = reading["media_root"]
    return Table(
        columns=tuple(Column(**column) for column in reading["columns"]),
        arrow=pa.ipc.open_file(pa.memory_map(str(path))).read_all(),
        row_ids=np.load(path.with_suffix(".ids.npy"), allow_pickle=False),
        media_root=None if root is None else Path(root),
    )
