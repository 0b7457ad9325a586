"""How well one array tells another: each measure is honest about rows that it has seen itself.

An error is counted for a row only when the *other* rows would have misled us about it, so that a
column with a value of its own for each row tells nothing.

Shapes: n rows; codes are 0..k-1, int64 (n,).
"""

from __future__ import annotations

import numpy as np


def errors_by_value(codes: np.ndarray, classes: np.ndarray) -> int:
    """Rows whose class is not the most frequent one among the other rows with their value.

    A value that stands alone is answered with the most frequent class of all.

    Example:
        >>> errors_by_value(np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 0, 1, 1, 1]))
        0
    """
    number = int(classes.max()) + 1
    table = np.bincount(codes * number + classes, minlength=(int(codes.max()) + 1) * number)
    counts = table.reshape(-1, number)
    usual = int(counts.sum(axis=0).argmax())
    top = counts.max(axis=1, keepdims=True)
    is_top = counts == top
    rival = np.where(is_top, -1, counts).max(axis=1, keepdims=True)
    rival = np.where(is_top.sum(axis=1, keepdims=True) > 1, top, rival)
    other = np.where(is_top, rival, top)  # the strongest other class with this value
    right = counts - 1 > other
    alone = counts.sum(axis=1) == 1
    right[alone] = False
    right[alone, usual] = True
    return int(counts[~right].sum())


def errors_in_order(numbers: np.ndarray, classes: np.ndarray, seed: int = 0) -> float:
    """Rows that do not fit to their neighbour when the rows are sorted by a number.

    Each class may stand in one block for free. A misplaced row disagrees with both neighbours and
    so counts once. Equal numbers are in random order.
    """
    shuffled = np.random.default_rng(seed).permutation(len(numbers))
    order = shuffled[np.argsort(numbers[shuffled], kind="stable")]
    ordered = classes[order]
    changes = int(np.count_nonzero(ordered[1:] != ordered[:-1]))
    blocks = len(np.unique(classes)) - 1
    return max(0, changes - blocks) / 2


def explained_by_value(codes: np.ndarray, numbers: np.ndarray) -> float:
    """Share of the variance between values rather than within them, adjusted for their number.

    0 for no relation (it can fall a little below), 1 when each value has one number.

    Example:
        >>> explained_by_value(np.array([0, 0, 1, 1]), np.array([1.0, 1.0, 5.0, 5.0]))
        1.0
    """
    n = len(codes)
    counts = np.bincount(codes)
    means = np.bincount(codes, numbers) / np.maximum(counts, 1)
    within = float(np.sum((numbers - means[codes]) ** 2))
    total = float(np.sum((numbers - numbers.mean()) ** 2))
    k = int(np.count_nonzero(counts))
    if total == 0 or n <= k:
        return 0.0
    return 1 - (within / (n - k)) / (total / (n - 1))


def explained_in_order(by: np.ndarray, numbers: np.ndarray, seed: int = 0) -> float:
    """Share of the variance that the neighbour in the order of `by` explains (von Neumann 1941).

    Any smooth function gives nearly 1; no relation gives about 0.
    """
    shuffled = np.random.default_rng(seed).permutation(len(by))
    ordered = numbers[shuffled[np.argsort(by[shuffled], kind="stable")]]
    spread = float(np.var(ordered))
    return 1 - float(np.mean(np.diff(ordered) ** 2)) / (2 * spread) if spread else 0.0


def explained_by_neighbours(by: np.ndarray, numbers: np.ndarray, seed: int = 0) -> float:
    """Share of the variance that a line between the two neighbours in the order of `by` explains.

    Any smooth function of `by` gives nearly 1, noise of spread s gives 1 - s^2; no relation about
    0: the error of interpolation between two random values has 5/3 of their variance.
    """
    shuffled = np.random.default_rng(seed).permutation(len(by))
    order = shuffled[np.argsort(by[shuffled], kind="stable")]
    x, y = by[order], numbers[order]
    spread = float(np.var(y))
    if len(y) < 3 or not spread:
        return 0.0
    apart = x[2:] - x[:-2]
    share = np.divide(x[1:-1] - x[:-2], apart, out=np.full(len(apart), 0.5), where=apart > 0)
    line = y[:-2] + share * (y[2:] - y[:-2])
    return 1 - float(np.mean((y[1:-1] - line) ** 2)) / (5 / 3 * spread)


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's correlation, equal values sharing their mean rank; 0 where one is constant.

    Example:
        >>> round(rank_correlation(np.array([1.0, 2.0, 9.0]), np.array([5.0, 7.0, 8.0])), 6)
        1.0
    """
    a, b = _ranks(first), _ranks(second)
    spread = float(a.std() * b.std())
    return float(np.mean((a - a.mean()) * (b - b.mean()))) / spread if spread else 0.0


def misplaced(codes: np.ndarray, numbers: np.ndarray, seed: int = 0) -> int:
    """Rows that are out of place when the values are bands of the numbers, one above the other.

    0 means that every number of a value lies above every number of the value before it. Equal
    numbers are in random order: two values that share a number do not lie above each other.
    """
    counts = np.bincount(codes)
    means = np.bincount(codes, numbers) / np.maximum(counts, 1)
    band = np.empty(len(counts), dtype=np.int64)
    band[np.argsort(means, kind="stable")] = np.arange(len(counts))
    bands = band[codes]
    shuffled = np.random.default_rng(seed).permutation(len(numbers))
    by_number = bands[shuffled[np.argsort(numbers[shuffled], kind="stable")]]
    return int(np.count_nonzero(by_number != np.sort(bands)))


def largest_gap(first: np.ndarray, second: np.ndarray) -> float:
    """Kolmogorov and Smirnov's distance of two samples, less its 1-in-a-million chance level."""
    if min(len(first), len(second)) < 20:
        return 0.0
    both = np.sort(np.concatenate([first, second]))
    one = np.searchsorted(np.sort(first), both, side="right") / len(first)
    two = np.searchsorted(np.sort(second), both, side="right") / len(second)
    distance = float(np.max(np.abs(one - two)))
    by_chance = 2.7 * np.sqrt(1 / len(first) + 1 / len(second))  # sqrt(-ln(1e-6 / 2) / 2)
    return distance if distance > by_chance else 0.0


def share_moved(first: np.ndarray, second: np.ndarray, distinct: int) -> float:
    """Total variation distance of two samples of codes (-1 is a code), 0 where chance explains it.

    The chance level is the mean of the distance of two samples of one distribution, and five of
    its standard deviations.
    """
    one = np.bincount(first + 1, minlength=distinct + 1) / len(first)
    two = np.bincount(second + 1, minlength=distinct + 1) / len(second)
    distance = 0.5 * float(np.abs(one - two).sum())
    pooled = (one + two) / 2
    steps = np.sqrt(pooled * (1 - pooled) * (1 / len(first) + 1 / len(second)))
    by_chance = 0.5 * (0.8 * float(steps.sum()) + 5 * 0.6 * float(np.sqrt(np.sum(steps**2))))
    return distance if distance > by_chance else 0.0


def resemblance(codes: np.ndarray, classes: np.ndarray) -> float:
    """How much more often two rows with one value agree in their class than any two rows do.

    0 for no relation, 1 when all rows with one value have one class; the counterpart of
    `explained_by_value` for classes.
    """
    number = int(classes.max()) + 1
    table = np.bincount(codes * number + classes, minlength=(int(codes.max()) + 1) * number)
    counts = table.reshape(-1, number).astype(np.float64)
    rows = counts.sum(axis=1)
    pairs = float(np.sum(rows * (rows - 1)))
    if pairs == 0:
        return 0.0
    within = float(np.sum(counts * (counts - 1))) / pairs
    overall = float(np.sum((counts.sum(axis=0) / len(codes)) ** 2))
    return (within - overall) / (1 - overall) if overall < 1 else 0.0


def _ranks(numbers: np.ndarray) -> np.ndarray:
    _, codes, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[codes]
