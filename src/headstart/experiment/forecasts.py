"""Predictions on disk: one Parquet file per trial, exact, with the row ids.

Columns: `row` and, per target t, `t<t>_c<c>` for class probabilities, `t<t>` for numbers; for
worlds `row` is the reset seed and `return` and `steps` describe the episode.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from headstart.records import Episodes, Numbers, Prediction, Probabilities, Task


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


def fault(prediction: Prediction, task: Task, rows: int) -> str:
    """What is wrong with a family's answer, in words; nothing when it is usable."""
    if len(prediction) != rows:
        return f"it answered {len(prediction)} rows out of {rows}"
    match prediction:
        case Probabilities(values=arrays):
            widths = [len(labels) for labels in task.classes]
            if [each.shape[1:] for each in arrays] != [(width,) for width in widths]:
                return f"its probabilities have shapes {[each.shape for each in arrays]}"
            if any(np.abs(each.sum(axis=1) - 1).max(initial=0) > 1e-4 for each in arrays):
                return "its probabilities do not sum to 1"
        case Numbers(values=values):
            if values.shape != (rows, len(task.targets)):
                return f"its numbers have shape {values.shape}"
    return "" if _fits(prediction, task) else f"it answered with {type(prediction).__name__}"


def is_finite(prediction: Prediction) -> bool:
    """Whether every number of an answer is finite."""
    return all(np.isfinite(values).all() for values in _columns(prediction).values())


def _fits(prediction: Prediction, task: Task) -> bool:
    wanted = {"classification": Probabilities, "regression": Numbers}.get(task.kind, Episodes)
    return isinstance(prediction, wanted)


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
