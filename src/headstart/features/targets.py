"""Target and weight columns as arrays.

Shapes: n rows, t targets.
"""

from __future__ import annotations

import numpy as np

from headstart.errors import DataError, listed
from headstart.records import Table, Task


def class_indices(table: Table, task: Task) -> np.ndarray:
    """Index of each row's class in the task's order, int64, shape (n, t).

    Raises:
        DataError: a value that is no class of the task.
    """
    columns = [
        _indices(table, target, labels)
        for target, labels in zip(task.targets, task.classes, strict=True)
    ]
    return np.stack(columns, axis=1)


def target_numbers(table: Table, task: Task) -> np.ndarray:
    """Values of the numeric targets, float64, shape (n, t)."""
    columns = [
        np.asarray(table.values(target).to_numpy(), dtype=np.float64) for target in task.targets
    ]
    return np.stack(columns, axis=1)


def row_weights(table: Table) -> np.ndarray | None:
    """Row weights scaled to a mean of 1, float64, shape (n,); None without such a column."""
    names = table.names("weight")
    if not names:
        return None
    weights = np.asarray(table.values(names[0]).to_numpy(), dtype=np.float64)
    return weights / weights.mean() if len(weights) else weights


def _indices(table: Table, target: str, labels: tuple[str, ...]) -> np.ndarray:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = table.values(target).cast(pa.string())
    found = pc.index_in(values, value_set=pa.array(labels, pa.string()))
    if found.null_count:
        strange = pc.unique(values.filter(pc.is_null(found))).to_pylist()
        raise DataError(
            f"target `{target}` has values that are no class of the task: "
            f"{listed(str(value) for value in strange)}.",
            f"The classes are {listed(labels)}.",
        )
    return found.to_numpy().astype(np.int64)
