"""Who was better on the same test rows: win, tie or loss, set by set.

Two systems are compared by a paired bootstrap: test rows are drawn with replacement, the same draw
for both, the metric is computed anew for both, and the difference is averaged over the splits. It
is a win (or a loss) if the 95 % interval of the advantage leaves out zero, else a tie. The
interval is about test rows: it does not contain the luck of training. A system that failed on a
set loses it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.sets import SETS
from benchmarks.tables.kept import Cells, Rows
from benchmarks.tables.scores import DIRECTION, score

DRAWS = 2000
LEVEL = 0.95
BEST_PLAIN = "best plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """One system against another on one set; `advantage` in units of the metric, up is good."""

    system: str
    opponent: str
    set: str
    seconds: int
    splits: int
    result: str
    advantage: float | None = None
    low: float | None = None
    high: float | None = None
    error_ratio: float | None = None


def advantage_interval(
    pairs: Sequence[tuple[Rows, Rows]], metric: str, *, draws: int = DRAWS, seed: int = 0
) -> tuple[float, float, float]:
    """Advantage of the first over the second, mean over the splits, and its 95 % interval.

    >>> right = {"value": np.ones(50)}
    >>> advantage_interval([(right, right)], "accuracy", draws=20)
    (0.0, 0.0, 0.0)
    """
    random = np.random.default_rng(seed)
    sign = 1.0 if DIRECTION[metric] == "up" else -1.0
    sampled = np.zeros(draws)
    for first, second in pairs:
        size = first["value"].size
        for draw in range(draws):
            weights = np.bincount(random.integers(0, size, size), minlength=size).astype(float)
            sampled[draw] += score(metric, first, weights) - score(metric, second, weights)
    found = np.mean([score(metric, first) - score(metric, second) for first, second in pairs])
    cut = (1 - LEVEL) / 2
    low, high = np.quantile(sign * sampled / len(pairs), [cut, 1 - cut])
    return float(sign * found), float(low), float(high)


def duels(cells: Cells, system: str) -> list[Duel]:
    """`system` against every other, for every budget and set on which both were run."""
    found = []
    for seconds, name in dict.fromkeys((key[0], key[1]) for key in cells.records):
        for opponent in opponents(cells, system):
            duel = _duel(cells, system, opponent, name, seconds)
            if duel:
                found.append(duel)
    return found


def opponents(cells: Cells, system: str) -> list[str]:
    """The other systems, and the best plain model if scikit-learn is among them."""
    others = sorted({key[3] for key in cells.records} - {system})
    return [*others, BEST_PLAIN] if "sklearn" in others else others


def _duel(cells: Cells, system: str, opponent: str, name: str, seconds: int) -> Duel | None:
    source = "sklearn" if opponent == BEST_PLAIN else opponent
    mine = cells.splits(seconds, name, system)
    both = [split for split in cells.splits(seconds, name, source) if split in mine]
    if not both:
        return None
    met = partial(
        Duel, system=system, opponent=opponent, set=name, seconds=seconds, splits=len(both)
    )
    if any(cells.has_failed((seconds, name, split, system)) for split in both):
        return met(result="loss")
    if any(cells.has_failed((seconds, name, split, source)) for split in both):
        return met(result="win")
    member = best_member(cells, seconds, name, both) if opponent == BEST_PLAIN else ""
    pairs = [
        (
            cells.rows((seconds, name, split, system)),
            cells.rows((seconds, name, split, source), member),
        )
        for split in both
    ]
    metric = SETS[name].metric
    advantage, low, high = advantage_interval(pairs, metric)
    return met(
        result="win" if low > 0 else "loss" if high < 0 else "tie",
        advantage=advantage,
        low=low,
        high=high,
        error_ratio=_error_ratio(pairs, metric),
    )


def best_member(cells: Cells, seconds: int, name: str, splits: Iterable[int]) -> str:
    """The scikit-learn model with the best mean test score, of those that ended everywhere."""
    members = [cells.records[seconds, name, split, "sklearn"]["members"] for split in splits]
    everywhere = set.intersection(*(set(one) for one in members))
    sign = 1 if DIRECTION[SETS[name].metric] == "up" else -1
    return max(sorted(everywhere), key=lambda member: sign * sum(one[member] for one in members))


def _error_ratio(pairs: Sequence[tuple[Rows, Rows]], metric: str) -> float | None:
    """Own error over the opponent's: below 1 is better. The error of a share is one minus it."""

    def error(rows: Rows) -> float:
        value = score(metric, rows)
        return 1 - value if DIRECTION[metric] == "up" else value

    mine = sum(error(first) for first, _ in pairs)
    theirs = sum(error(second) for _, second in pairs)
    return mine / theirs if theirs else None
