"""The rows on which a model is most wrong: wrong labels and strange cases are found here first."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from headstart.metrics import predicted_labels, row_losses
from headstart.records import Numbers, Prediction, Probabilities, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstRow:
    """One row: its position, what is true, what was predicted, and its loss, as in the table."""

    position: int
    truth: str
    prediction: str
    loss: float


def worst_rows(
    truth: np.ndarray,
    prediction: Prediction,
    task: Task,
    *,
    scale: np.ndarray | None = None,
    most: int = 20,
) -> tuple[WorstRow, ...]:
    """At most `most` rows, the worst first; equal losses in order of position.

    Example:
        >>> task = Task(kind="regression", targets=("y",))
        >>> answer = Numbers(values=np.array([[1.0], [5.0]]))
        >>> worst_rows(np.array([[1.0], [2.0]]), answer, task, most=1)
        (WorstRow(position=1, truth='2', prediction='5', loss=9.0),)
    """
    losses = row_losses(truth, prediction, task, scale=scale)
    order = np.argsort(-np.nan_to_num(losses, nan=np.inf), kind="stable")[:most]
    return tuple(
        WorstRow(
            position=int(row),
            truth=_true_words(truth[row], task),
            prediction=_predicted_words(prediction, int(row), task),
            loss=float(losses[row]),
        )
        for row in order
    )


def _true_words(values: np.ndarray, task: Task) -> str:
    if task.kind == "classification":
        return ", ".join(labels[int(v)] for labels, v in zip(task.classes, values, strict=True))
    return ", ".join(f"{value:.6g}" for value in values)


def _predicted_words(prediction: Prediction, row: int, task: Task) -> str:
    """Labels with their probability, or numbers."""
    match prediction:
        case Probabilities(values=values):
            one = replace(prediction, values=tuple(value[row : row + 1] for value in values))
            return ", ".join(
                f"{labels[chosen]} ({100 * value[0, chosen]:.0f} %)"
                for labels, chosen, value in zip(
                    task.classes, predicted_labels(one)[0], one.values, strict=True
                )
            )
        case Numbers(values=numbers):
            return ", ".join(f"{value:.6g}" for value in numbers[row])
        case _:
            raise TypeError(f"{type(prediction).__name__} has no rows to show")
