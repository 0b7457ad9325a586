"""Who cannot be told from the best: differences on the same test rows, with a 95 % interval.

The interval is a paired bootstrap over test rows. Where a candidate was trained with several seeds,
its outcome on a row is the mean over them: the luck of training is averaged, not tested.

Shapes: n test rows, s seeds.
"""

from collections.abc import Mapping

import numpy as np

DRAWS = 2_000
LEVEL = 0.95


def interval(first: np.ndarray, second: np.ndarray, seed: int = 0) -> tuple[float, float, float]:
    """Mean advantage of the first over the second, and its 95 % interval; outcomes are (n,).

    >>> interval(np.array([1.0, 1.0]), np.array([0.0, 0.0]))
    (1.0, 1.0, 1.0)
    """
    gap = np.asarray(first, dtype=np.float64) - second
    random = np.random.default_rng(seed)
    counts = random.multinomial(gap.size, np.full(gap.size, 1 / gap.size), size=DRAWS)
    means = counts @ gap / gap.size
    cut = (1 - LEVEL) / 2
    low, high = np.quantile(means, [cut, 1 - cut])
    return float(gap.mean()), float(low), float(high)


def best(outcomes: Mapping[str, np.ndarray]) -> str:
    """The name with the best mean; of equals the first.

    >>> best({"a": np.array([0.0, 1.0]), "b": np.array([1.0, 1.0])})
    'b'
    """
    return max(outcomes, key=lambda name: float(outcomes[name].mean()))


def tied(outcomes: Mapping[str, np.ndarray]) -> tuple[str, ...]:
    """The best name and all whose difference from it has an interval that holds zero."""
    top = best(outcomes)
    return tuple(
        name
        for name, rows in outcomes.items()
        if name == top or interval(outcomes[top], rows)[1] <= 0
    )


def over_seeds(rows: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Outcomes by `NAME#SEED` as outcomes by name, each row's the mean over the seeds.

    >>> over_seeds({"a#0": np.array([1.0, 0.0]), "a#1": np.array([1.0, 1.0])})["a"].tolist()
    [1.0, 0.5]
    """
    names = dict.fromkeys(key.rpartition("#")[0] for key in rows)
    return {
        name: np.mean([v for k, v in rows.items() if k.rpartition("#")[0] == name], axis=0)
        for name in names
    }
