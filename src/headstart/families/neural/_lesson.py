"""What networks for texts and for pictures have in common before and while they learn.

Shapes: n rows, t targets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from torch import nn

from headstart.features.targets import class_indices, row_weights, target_numbers
from headstart.records import Table, Task
from headstart.records.data import Modality
from headstart.training.adam import Group
from headstart.training.heads import Heads, class_heads, number_heads
from headstart.training.holding import HeldOut, held_out

MOST_FLAGS = 254
"""A category beside texts or pictures becomes flags: its columns are few."""
_FEWEST_FOR_HOLDOUT = 40
_HELD_SHARE = 0.15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """Training rows in the order of the source, so that the order of the rows given says nothing.

    Attributes:
        truth: class indices or numbers, (n, t).
        weights: float32 (n,).
    """

    rows: Table
    task: Task
    truth: np.ndarray
    weights: np.ndarray
    heads: Heads


def read_lesson(task: Task, data: Table) -> Lesson:
    """Rows, answers and weights, and the heads that such answers need."""
    rows = data.take(np.argsort(data.row_ids, kind="stable"))
    given = row_weights(rows)
    weights = np.ones(len(rows)) if given is None else given
    if task.classes:
        truth = class_indices(rows, task)
        heads = class_heads(task.targets, task.classes)
    else:
        truth = target_numbers(rows, task)
        heads = number_heads(task.targets, truth, weights)
    return Lesson(rows=rows, task=task, truth=truth, weights=weights, heads=heads)


def beside(rows: Table, modality: Modality) -> Table:
    """The table without its columns of a modality."""
    return rows.with_columns(
        [
            replace(column, role="ignored") if column.modality == modality else column
            for column in rows.columns
        ]
    )


def held_out_part(lesson: Lesson, seed: int, most: int) -> HeldOut | None:
    """Rows to stop by: a seventh of them, at most so many; None where there are too few."""
    from headstart.intake.splits import holdout

    n = len(lesson.rows)
    if n < _FEWEST_FOR_HOLDOUT:
        return None
    checked = holdout(lesson.rows, lesson.task, min(_HELD_SHARE, most / n), seed)[1]
    return held_out([checked]) if len(checked) else None


def learning_rule(heads: Heads, settings: Any, *, has_encoder: bool) -> str:
    """How a network was trained, in the field's words.

    Args:
        has_encoder: whether its trunk came with weights, so that a head was fitted on it first.
    """
    first = "a linear head on the encoder as it stands, then " if has_encoder else ""
    rate = settings.learning_rate
    pace = "" if rate is None else f", learning rate {rate:g}"
    return f"{first}backpropagation: Adam with decoupled weight decay on the {heads.loss}{pace}"


def decayed(parameters: list[nn.Parameter], pace: float) -> list[Group]:
    """Matrices shrink by weight decay; biases and scales do not."""
    matrices = [each for each in parameters if each.ndim > 1]
    vectors = [each for each in parameters if each.ndim <= 1]
    return [
        Group(parameters=matrices, pace=pace, decays=1.0),
        Group(parameters=vectors, pace=pace, decays=0.0),
    ]
