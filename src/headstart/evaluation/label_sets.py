"""Sets of labels that hold the truth with a promised probability (conformal prediction).

A label belongs to a row's set if its probability is not among the lowest tenth that this label had
where it was the true one. Whatever the model, new rows like the old ones find their label in the
set with 90 %; with a threshold for each label that holds for each label and not only on average.
Labels with fewer than 50 rows share the threshold of all rows.

References: Vovk et al. 2005, "Algorithmic Learning in a Random World", section 4.5 (by label);
Sadinle, Lei and Wasserman 2019, "Least Ambiguous Set-Valued Classifiers", JASA 114; Vovk 2015,
"Cross-conformal predictors", for answers of several folds taken together.

Shapes: n rows, c classes.
"""

from __future__ import annotations

import numpy as np

from headstart.records import Probabilities

_FEWEST_OF_A_LABEL = 50


def fit_label_sets(
    truth: np.ndarray, prediction: Probabilities, level: float = 0.9
) -> tuple[tuple[float, ...], ...]:
    """Per target and class the probability from which on a label belongs to the set.

    Args:
        truth: class indices, out-of-fold, (n, t).

    Example:
        >>> sure = np.column_stack([1 - np.arange(1, 100) / 100, np.arange(1, 100) / 100])
        >>> fit_label_sets(np.ones((99, 1), dtype=int), Probabilities(values=(sure,)))
        ((0.1, 0.1),)
    """
    return tuple(
        tuple(_of_label(values, truth[:, target], label, level) for label in range(values.shape[1]))
        for target, values in enumerate(prediction.values)
    )


def _of_label(values: np.ndarray, truth: np.ndarray, label: int, level: float) -> float:
    mine = values[truth == label, label]
    if len(mine) >= _FEWEST_OF_A_LABEL:
        return lowest(mine, level)
    return lowest(values[np.arange(len(values)), truth], level)


def lowest(chances: np.ndarray, level: float) -> float:
    """The probability that a share `level` of these and of a further one reach; 0 if none can.

    With n values it is that of rank floor((n + 1) * (1 - level)) from below.
    """
    rank = int(np.floor((len(chances) + 1) * (1 - level) + 1e-9))
    return float(np.sort(chances)[rank - 1]) if rank >= 1 else 0.0
