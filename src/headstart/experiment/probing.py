"""Which layer of a frozen encoder suits a task best, by the scores of its vectors.

Shapes: n rows, d entries, which need not be as many in each layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from headstart.evaluation.transferability import OF_CLASSES, OF_NUMBERS
from headstart.features.targets import class_indices, target_numbers
from headstart.records import Table, Task

MOST_ROWS = 1_000  # neighbours are looked for among all pairs


def probed(layers: Sequence[np.ndarray], data: Table, task: Task) -> list[dict[str, float]]:
    """The scores of each layer (n, d) for the first target; higher is better."""
    labels = _labels(data, task)
    scores = OF_CLASSES if task.classes else OF_NUMBERS
    rows = slice(0, MOST_ROWS)
    return [
        {
            name: float(score(layer[rows].astype(np.float64), labels[rows]))
            for name, score in scores.items()
        }
        for layer in layers
    ]


def best_layer(scores: list[dict[str, float]]) -> int:
    """The layer with the best sum of what leads: neighbours and the linear probe.

    Example:
        >>> best_layer([{"neighbours": 0.6, "linear_probe": 0.8},
        ...             {"neighbours": 0.7, "linear_probe": 0.75}])
        1
    """
    return int(np.argmax([each["neighbours"] + each["linear_probe"] for each in scores]))


def best_of(measured: list[dict[str, Any]]) -> dict[str, float]:
    """The scores of the best layer."""
    return dict(measured[best_layer(measured)])


def _labels(data: Table, task: Task) -> np.ndarray:
    """Float64 (n, k): a column for each class, or the number in units of its spread."""
    if task.classes:
        truth = class_indices(data, task)[:, 0]
        return np.eye(len(task.classes[0]))[truth]
    numbers = target_numbers(data, task)[:, :1]
    spread = float(numbers.std()) or 1.0
    return (numbers - numbers.mean()) / spread
