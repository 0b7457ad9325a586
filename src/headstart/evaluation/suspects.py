"""Labels that are probably wrong: rows that unseen models confidently give to another class.

A class's own confidence is what the models say, on average, of the rows that carry its label. A row
is suspect where another class reaches that confidence and its own label does not come near it.
Asking each class by its own measure keeps a hard class from being suspected as a whole.

Reference: Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset
Labels", JAIR 70.

Shapes: n rows, c classes.
"""

from __future__ import annotations

import numpy as np

_FEWEST_ROWS, _FEWEST_OF_A_CLASS = 50, 5


def suspects(truth: np.ndarray, chances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of suspect rows, the surest first, and the class that each is probably of.

    Args:
        truth: class indices (n,).
        chances: of models that did not learn from these rows, (n, c).

    Example:
        >>> chances = np.repeat([[0.9, 0.1], [0.1, 0.9]], 50, axis=0)
        >>> truth = np.repeat([0, 1], 50)
        >>> truth[7] = 1
        >>> rows, likelier = suspects(truth, chances)
        >>> rows.tolist(), likelier.tolist()
        ([7], [0])
    """
    rows, classes = chances.shape
    counts = np.bincount(truth, minlength=classes)
    if rows < _FEWEST_ROWS or classes < 2:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    own = np.array(
        [
            chances[truth == each, each].mean() if counts[each] >= _FEWEST_OF_A_CLASS else np.inf
            for each in range(classes)
        ]
    )
    confident = np.where(chances >= own, chances, -np.inf)  # (n, c)
    likelier = confident.argmax(axis=1)
    claims = np.isfinite(confident.max(axis=1)) & (likelier != truth)
    given = chances[np.arange(rows), truth]
    margin = chances[np.arange(rows), likelier] - given
    found = np.flatnonzero(claims & (margin > 0))
    order = found[np.argsort(-margin[found], kind="stable")]
    return order, likelier[order]
