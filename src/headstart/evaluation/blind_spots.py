"""What a metric does not see: classes that are hardly ever recognised, errors of a few rows.

Accuracy may be high though a class is never named; a mean of squares may be that of a handful of
rows. Both are measured on rows that the model had not seen, and neither is a fault by itself:
they say whether the metric asks for what the person wants.

Shapes: n rows, c classes, t targets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

_HUNDREDTH, _FEWEST_ROWS = 0.01, 200


def recognised(
    truth: np.ndarray, chances: np.ndarray, labels: Sequence[str]
) -> Mapping[str, tuple[int, float]]:
    """For each class that occurs, how many rows it has and the share that is given its label.

    Args:
        truth: class indices (n,).
        chances: (n, c); the likeliest class is the label.

    Example:
        >>> chances = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.4, 0.6]])
        >>> recognised(np.array([0, 0, 1, 1]), chances, ("no", "yes"))
        {'no': (2, 1.0), 'yes': (2, 0.5)}
    """
    said = chances.argmax(axis=1)
    return {
        label: (int((truth == place).sum()), float((said[truth == place] == place).mean()))
        for place, label in enumerate(labels)
        if (truth == place).any()
    }


def share_of_the_largest(truth: np.ndarray, values: np.ndarray) -> float | None:
    """Share of the squared error that the hundredth of the rows with the largest errors has.

    Of normal errors it is 0.085. The largest over the targets; None for fewer than 200 rows.

    Args:
        truth, values: numbers, (n, t).
    """
    if len(truth) < _FEWEST_ROWS:
        return None
    squares = np.sort((truth - values) ** 2, axis=0)
    top = squares[-max(1, round(_HUNDREDTH * len(squares))) :].sum(axis=0)
    total = squares.sum(axis=0)
    return float((top / np.where(total > 0, total, np.inf)).max())
