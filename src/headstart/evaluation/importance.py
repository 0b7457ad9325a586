"""How much a model leans on each input column: shuffle the column and see the loss rise.

The column keeps its values but loses its tie to the rows. Columns that say the same thing hide
each other: shuffling one leaves the other in place, so both may look unimportant.

References: Breiman 2001, "Random Forests", section 10; Fisher, Rudin and Dominici 2019, JMLR 20.

Shapes: n rows, m repeats, b resamples.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from headstart.features.targets import class_indices, target_numbers
from headstart.metrics import row_losses
from headstart.records import Prediction, Table, Task

_RESAMPLES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """How much the loss rises without the column, and the interval that holds it with 90 %."""

    column: str
    increase: float
    interval: tuple[float, float]


def importance(
    predict: Callable[[Table], Prediction],
    table: Table,
    task: Task,
    *,
    scale: np.ndarray | None = None,
    seed: int = 0,
    repeats: int = 3,
    most_rows: int = 2000,
    seconds: float | None = None,
) -> tuple[Importance, ...]:
    """Input columns by the rise of the loss when they are shuffled, the largest first.

    Args:
        predict: a model that did not learn from these rows.
        table: rows with their targets; a random `most_rows` of them are used.
        scale: the targets' spread (t,); their spread in these rows where it is not given.
        repeats: shuffles of each column.
        seconds: no further column is begun after so long; None: all columns.
    """
    generator = np.random.default_rng(seed)
    if len(table) > most_rows:
        table = table.take(np.sort(generator.choice(len(table), most_rows, replace=False)))
    truth = class_indices(table, task) if task.classes else target_numbers(table, task)
    scale = truth.std(axis=0) if scale is None else scale
    whole = row_losses(truth, predict(table), task, scale=scale)
    began, found = time.monotonic(), []
    for column in table.names("input"):
        if seconds is not None and time.monotonic() - began > seconds:
            break
        shuffled = [
            row_losses(truth, predict(_shuffled(table, column, generator)), task, scale=scale)
            for _ in range(repeats)
        ]
        found.append(_rise(column, whole, np.mean(shuffled, axis=0), task, generator))
    return tuple(sorted(found, key=lambda each: -each.increase))


def _shuffled(table: Table, name: str, generator: np.random.Generator) -> Table:
    place = table.arrow.schema.get_field_index(name)
    values = table.arrow.column(place).take(generator.permutation(len(table)))
    return replace(table, arrow=table.arrow.set_column(place, table.arrow.field(place), values))


def _rise(
    column: str,
    whole: np.ndarray,
    shuffled: np.ndarray,
    task: Task,
    generator: np.random.Generator,
) -> Importance:
    """The rise of the mean loss (for numbers: of its root), with a paired bootstrap over rows."""
    root = (lambda mean: mean) if task.classes else np.sqrt
    rows = generator.integers(len(whole), size=(_RESAMPLES, len(whole)))
    rises = root(shuffled[rows].mean(axis=1)) - root(whole[rows].mean(axis=1))
    low, high = np.quantile(rises, [0.05, 0.95])
    return Importance(
        column=column,
        increase=float(root(shuffled.mean()) - root(whole.mean())),
        interval=(float(low), float(high)),
    )
