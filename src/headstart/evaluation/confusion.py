"""Which classes are taken for which.

Shapes: n rows, c classes.
"""

from __future__ import annotations

import numpy as np

from headstart.metrics import predicted_labels
from headstart.records import Probabilities, Task


def confusion(truth: np.ndarray, prediction: Probabilities, task: Task) -> tuple[np.ndarray, ...]:
    """Per target a matrix (c, c) of rows: line = true class, column = most probable class.

    Example:
        >>> task = Task(kind="classification", targets=("y",), classes=(("no", "yes"),))
        >>> answer = Probabilities(values=(np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]),))
        >>> confusion(np.array([[0], [1], [1]]), answer, task)[0]
        array([[1, 0],
               [1, 1]])
    """
    predicted = predicted_labels(prediction)
    matrices = []
    for target, classes in enumerate(task.classes):
        size = len(classes)
        cells = np.bincount(truth[:, target] * size + predicted[:, target], minlength=size**2)
        matrices.append(cells.reshape(size, size))
    return tuple(matrices)
