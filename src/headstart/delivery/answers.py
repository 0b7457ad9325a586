"""A prediction as columns, one line per input row: what `predict` writes and frames get.

Names: `prediction`; classification also `p_<label>` and `set`, the labels that hold the truth with
90 %; intervals `lower` and `upper`. With several targets `prediction_<target>`,
`p_<target>_<label>`, `set_<target>`, `lower_<target>`, `upper_<target>`. Once for a row, where the
model can tell: `novelty`, `because`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from headstart.delivery.contract import Contract
from headstart.features.novelty import Judged
from headstart.metrics import predicted_labels
from headstart.records import Actions, Episodes, Numbers, Prediction, Probabilities

if TYPE_CHECKING:
    import pyarrow as pa


def answers(prediction: Prediction, contract: Contract) -> pa.Table:
    """Columns in the order of the targets; labels have the type that the target had."""
    import pyarrow as pa

    match prediction:
        case Probabilities():
            return pa.table(_labels(prediction, contract))
        case Numbers():
            return pa.table(_numbers(prediction, contract))
        case Actions(values=values):
            return pa.table({"prediction": values if values.ndim == 1 else list(values)})
        case Episodes(returns=returns, steps=steps, seeds=seeds):
            return pa.table({"prediction": returns, "steps": steps, "seed": seeds})
    raise TypeError(f"{type(prediction).__name__} has no columns yet")


def labels(prediction: Probabilities, contract: Contract) -> list[pa.Array]:
    """The label of each row, per target, in the target's own type."""
    import pyarrow as pa

    chosen = []
    for places, names, kind in zip(
        predicted_labels(prediction).T, contract.task.classes, contract.target_types, strict=True
    ):
        texts = pa.array(names, pa.string()).take(pa.array(places))
        chosen.append(_as_it_was(texts, kind))
    return chosen


def with_sets(table: pa.Table, inside: Sequence[np.ndarray], contract: Contract) -> pa.Table:
    """The table with `set`: the labels that hold the truth with 90 %, in the task's order.

    Args:
        inside: per target which labels belong to each row's set, bool (n, c).
    """
    import pyarrow as pa

    task = contract.task
    for index, chosen in enumerate(inside):
        tail = f"_{task.targets[index]}" if len(task.targets) > 1 else ""
        named = _as_it_was(pa.array(task.classes[index], pa.string()), contract.target_types[index])
        rows, places = np.nonzero(chosen)
        ends = np.searchsorted(rows, np.arange(len(chosen) + 1))
        lists = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), named.take(pa.array(places)))
        table = table.append_column(f"set{tail}", lists)
    return table


def with_novelty(table: pa.Table, judged: Judged) -> pa.Table:
    """The table with how new each row is, 0 to 1, and what is new about it, in words."""
    table = table.append_column("novelty", [judged.novelty])
    return table.append_column("because", [list(judged.because)])


def with_gaps(table: pa.Table, row_ids: np.ndarray, rows: int) -> pa.Table:
    """The table spread over `rows` lines: line i holds the answer of row i, or nothing."""
    if len(row_ids) == rows:
        return table
    import pyarrow as pa

    places = np.full(rows, -1, dtype=np.int64)
    places[row_ids] = np.arange(len(row_ids))
    return table.take(pa.array(places, mask=places < 0))


def _labels(prediction: Probabilities, contract: Contract) -> dict[str, pa.Array | np.ndarray]:
    columns: dict[str, pa.Array | np.ndarray] = {}
    task = contract.task
    for index, chosen in enumerate(labels(prediction, contract)):
        tail = f"_{task.targets[index]}" if len(task.targets) > 1 else ""
        columns[f"prediction{tail}"] = chosen
        for place, label in enumerate(task.classes[index]):
            columns[f"p{tail}_{label}"] = prediction.values[index][:, place]
    return columns


def _numbers(prediction: Numbers, contract: Contract) -> dict[str, pa.Array | np.ndarray]:
    columns: dict[str, pa.Array | np.ndarray] = {}
    targets = contract.task.targets
    for index, target in enumerate(targets):
        tail = f"_{target}" if len(targets) > 1 else ""
        columns[f"prediction{tail}"] = prediction.values[:, index]
        for name, bound in (("lower", prediction.lower), ("upper", prediction.upper)):
            if bound is not None:
                columns[f"{name}{tail}"] = bound[:, index]
    return columns


def _as_it_was(texts: pa.Array, kind: str) -> pa.Array:
    """Labels in the source's type; text stays text where the type has no simple name."""
    import pyarrow as pa

    if kind == "bool":
        return texts.cast(pa.bool_())
    if kind.startswith(("int", "uint")):
        return texts.cast(pa.type_for_alias(kind))
    if kind in ("double", "float"):
        return texts.cast(pa.float64())
    return texts
