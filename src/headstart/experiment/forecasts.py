"""Predictions on disk: one Parquet file per trial, exact, with the row ids.

Columns: `row` and, per target t, `t<t>_c<c>` for class probabilities, `t<t>` for numbers; for
worlds `row` is the reset seed and `return` and `steps` describe the episode.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from headstart.records import Episodes, Numbers, Prediction, Probabilities, Task

_TINY, _SUM = 1e-9, 1e-4


def save(path: Path, prediction: Prediction, row_ids: np.ndarray) -> None:
    """Write the answers for these rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"row": row_ids, **_columns(prediction)}), path, compression="zstd")


def load(path: Path, task: Task) -> Prediction:
    """The answers that `save` wrote."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    arrays = {name: table.column(name).to_numpy() for name in table.column_names}
    if not task.has_rows:
        return Episodes(returns=arrays["return"], steps=arrays["steps"], seeds=arrays["row"])
    if task.kind == "classification":
        return Probabilities(
            values=tuple(
                np.stack([arrays[f"t{t}_c{c}"] for c in range(len(labels))], axis=1)
                for t, labels in enumerate(task.classes)
            )
        )
    return Numbers(values=np.stack([arrays[f"t{t}"] for t in range(len(task.targets))], axis=1))


def row_ids(path: Path) -> np.ndarray:
    """The rows that the answers are of, int64 (n,)."""
    import pyarrow.parquet as pq

    return np.asarray(pq.read_table(path, columns=["row"]).column("row").to_numpy())


def fault(prediction: Prediction, task: Task, rows: int) -> str:
    """What is wrong with the kind and shape of a family's answer, in words; else nothing."""
    wanted = {"classification": Probabilities, "regression": Numbers}.get(task.kind, Episodes)
    if not isinstance(prediction, wanted):
        return f"it answered with {type(prediction).__name__}, not with {wanted.__name__}"
    if len(prediction) != rows:
        return f"it answered {len(prediction)} rows out of {rows}"
    shapes: list[tuple[int, ...]] = []
    expected: list[tuple[int, ...]] = []
    match prediction:
        case Probabilities(values=arrays):
            shapes = [np.shape(each) for each in arrays]
            expected = [(rows, len(labels)) for labels in task.classes]
        case Numbers(values=values):
            shapes, expected = [np.shape(values)], [(rows, len(task.targets))]
        case Episodes(returns=returns, steps=steps):
            shapes, expected = [np.shape(returns), np.shape(steps)], [(rows,), (rows,)]
    return "" if shapes == expected else f"its shapes are {shapes}, not {expected}"


def is_probable(prediction: Prediction) -> bool:
    """Whether an answer in probabilities has rows of numbers from 0 to 1 that sum to 1."""
    if not isinstance(prediction, Probabilities):
        return True
    return all(
        each.min(initial=0) >= -_TINY and np.abs(each.sum(axis=1) - 1).max(initial=0) <= _SUM
        for each in prediction.values
    )


def agree(one: Prediction, other: Prediction) -> bool:
    """Whether two answers for the same rows are the same, up to rounding in single precision."""
    mine, theirs = _columns(one), _columns(other)
    return mine.keys() == theirs.keys() and all(
        np.shape(mine[name]) == np.shape(theirs[name])
        and np.allclose(mine[name], theirs[name], rtol=1e-4, atol=1e-6)
        for name in mine
    )


def is_finite(prediction: Prediction) -> bool:
    """Whether every number of an answer is finite."""
    return all(np.isfinite(values).all() for values in _columns(prediction).values())


def _columns(prediction: Prediction) -> dict[str, np.ndarray]:
    match prediction:
        case Probabilities(values=arrays):
            return {
                f"t{t}_c{c}": each[:, c]
                for t, each in enumerate(arrays)
                for c in range(each.shape[1])
            }
        case Numbers(values=values):
            return {f"t{t}": values[:, t] for t in range(values.shape[1])}
        case Episodes(returns=returns, steps=steps):
            return {"return": returns, "steps": steps}
    raise TypeError(f"{type(prediction).__name__} cannot be stored yet")
