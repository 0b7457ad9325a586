"""How rows are divided: what is locked away, what each draw trains on, what early stopping sees.

Everything follows from the seed. Blocks (groups, copies, equal times) are never divided; classes
and ranges of the target have the same share on both sides as nearly as the blocks allow; and with a
temporal split the past is trained on and the future checked.

Where a model takes part that has learned from some of the rows before, only others may judge it:
locked and checked rows are then drawn from `judges`, and all the rest is trained on.

Shapes: n rows. Positions are int64, ascending, and refer to the table that was given.
"""

from __future__ import annotations

import numpy as np

from headstart.intake.blocks import blocks as blocks
from headstart.intake.blocks import resampled_together as resampled_together
from headstart.intake.strata import classes, of_blocks, strata
from headstart.records import Table, Task

FOLDS = 5
_LOCK, _DRAW, _NESTED, _HOLDOUT = 1, 2, 3, 4  # keep the purposes' random numbers apart

# Temporal draws: each checks a tenth of the rows and trains on all before it. Seven of them leave
# at least 30 % for training; further ones begin half a window earlier.
_WINDOW, _WINDOWS = 0.1, 7


def lock(
    table: Table, task: Task, share: float, seed: int, judges: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the open rows and of the rows that are locked away for the end.

    Args:
        share: of the rows that may judge.
        judges: positions of these; None for all.
    """
    if judges is None:
        return _two_sides(table, task, share, [seed, _LOCK])
    locked = judges[_two_sides(table.take(judges), task, share, [seed, _LOCK])[1]]
    return np.setdiff1d(np.arange(len(table)), locked), locked


def may_judge(table: Table, task: Task, learned: np.ndarray) -> np.ndarray:
    """Positions of the rows that may judge a model which has learned from others of them.

    Its own rows may not, nor what belongs together with them, nor, in the order of time, what came
    before them.

    Args:
        learned: whether the model has learned from a row, bool, shape (n,).
    """
    block = blocks(table, task)
    if not learned.any():
        return np.arange(len(table))
    if task.split.kind == "temporal":
        return np.flatnonzero(block > block[learned].max())
    return np.flatnonzero(~np.isin(block, block[learned]))


def holdout(table: Table, task: Task, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions to learn from and to watch, for early stopping inside a family.

    A family calls this on its training rows alone.
    """
    return _two_sides(table, task, share, [seed, _HOLDOUT])


def draw(
    table: Table, task: Task, number: int, seed: int, judges: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Positions to train on and to check on in a draw: 0, 1, 2 ...

    Draw d is fold d mod 5 of the (d div 5)-th shuffle, so the first five check every row once.
    Temporal draws have cut-offs that go back in time. A class with fewer than five blocks is
    checked in the first draws, for a run may have time for few.

    Args:
        judges: positions of the rows that may be checked on; None for all.
    """
    if judges is not None:
        check = judges[draw(table.take(judges), task, number, seed)[1]]
        return _trained_on(table, task, check), check
    block = blocks(table, task)
    if task.split.kind == "temporal":
        number, half = number % _WINDOWS, number // _WINDOWS % 2
        end = 1.0 - _WINDOW * (number + 0.5 * half)
        return _window(block, end - _WINDOW, end)
    generator = np.random.default_rng([seed, _DRAW, number // FOLDS])
    order, sizes, row_block = _order(table, task, block, generator)
    fold = np.empty(len(sizes), dtype=np.int64)
    fold[order] = (np.arange(len(sizes)) - _first_of_rare(table, task, order, row_block)) % FOLDS
    return _sides(table, task, row_block, fold == number % FOLDS)


def nested(table: Table, task: Task, rows: np.ndarray, size: int, seed: int) -> np.ndarray:
    """`size` of these rows: a smaller size gives a subset of a larger one.

    Every class is there as soon as the size allows, then classes and ranges of the target have
    their share. Temporal: the most recent rows.
    """
    rows = np.asarray(rows, dtype=np.int64)
    if size >= len(rows):
        return rows
    if task.split.kind == "temporal":
        order = np.argsort(blocks(table, task)[rows], kind="stable")[::-1]
    else:
        order = _proportional(table.take(rows), task, np.random.default_rng([seed, _NESTED]))
    return rows[np.sort(order[:size])]


def _trained_on(table: Table, task: Task, check: np.ndarray) -> np.ndarray:
    """All other rows; in the order of time, those before."""
    if task.split.kind == "temporal":
        block = blocks(table, task)
        return np.flatnonzero(block < block[check].min())
    return np.setdiff1d(np.arange(len(table)), check)


def _two_sides(
    table: Table, task: Task, share: float, seeds: list[int]
) -> tuple[np.ndarray, np.ndarray]:
    block = blocks(table, task)
    if task.split.kind == "temporal":
        return _window(block, 1.0 - share, 1.0)
    generator = np.random.default_rng(seeds)
    order, sizes, row_block = _order(table, task, block, generator)
    steps = np.floor(np.arange(len(sizes) + 1) * share + generator.random())
    chosen = np.zeros(len(sizes), dtype=bool)
    chosen[order] = np.diff(steps) > 0  # every (1/share)-th block in an order of like next to like
    return _sides(table, task, row_block, chosen)


def _order(
    table: Table, task: Task, block: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Blocks with like next to like: by stratum, then size, then chance.

    Returns the order, the blocks' sizes, and each row's block, numbered 0, 1, 2 ...
    """
    _, row_block, sizes = np.unique(block, return_inverse=True, return_counts=True)
    if len(sizes) == len(table):
        stratum = np.empty(len(table), dtype=np.int64)
        stratum[row_block] = strata(table, task)
    else:
        stratum = of_blocks(row_block, strata(table, task))
    return np.lexsort((generator.random(len(sizes)), sizes, stratum)), sizes, row_block


def _first_of_rare(table: Table, task: Task, order: np.ndarray, row_block: np.ndarray) -> int:
    """Where in the order the rarest class begins if it has fewer blocks than folds, else 0."""
    labels = classes(table, task)
    if labels is None:
        return 0
    present, counts = np.unique(labels, return_counts=True)
    rare = np.unique(row_block[labels == present[counts.argmin()]])
    if len(rare) >= FOLDS:
        return 0
    return int(np.flatnonzero(np.isin(order, rare))[0])


def _sides(
    table: Table, task: Task, row_block: np.ndarray, chosen: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Positions outside and inside of the chosen blocks, repaired where a side would be wanting."""
    if not chosen.any() and len(chosen) > 1:
        chosen[np.argmin(np.bincount(row_block))] = True
    labels = classes(table, task)
    if labels is not None:
        _return_lost_classes(labels, row_block, chosen)
    if chosen.all():
        chosen[0] = len(chosen) == 1
    inside = chosen[row_block]
    return np.flatnonzero(~inside), np.flatnonzero(inside)


def _return_lost_classes(labels: np.ndarray, row_block: np.ndarray, chosen: np.ndarray) -> None:
    """Give training one block of every class that it would lack, unless nothing would be left."""
    inside = chosen[row_block]
    for lost in np.setdiff1d(labels[inside], labels[~inside]):
        with_class = np.unique(row_block[inside & (labels == lost)])
        if chosen.sum() > 1:
            chosen[with_class[0]] = False


def _window(ranks: np.ndarray, begin: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows before a stretch of time and rows within it; rows of the same time stay together."""
    order = np.argsort(ranks, kind="stable")
    in_order = ranks[order]
    first = _start_of_time(in_order, round(begin * len(ranks)))
    last = _start_of_time(in_order, round(end * len(ranks))) if end < 1.0 else len(ranks)
    last = max(last, first + 1)
    return np.sort(order[:first]), np.sort(order[first:last])


def _start_of_time(ranks_in_order: np.ndarray, position: int) -> int:
    """The boundary between two times that is nearest to a position, and not at the very ends."""
    starts = np.flatnonzero(np.diff(ranks_in_order)) + 1
    if not len(starts):
        return min(max(position, 1), len(ranks_in_order) - 1)
    return int(starts[np.argmin(np.abs(starts - position))])


def _proportional(table: Table, task: Task, generator: np.random.Generator) -> np.ndarray:
    """An order of all rows in which every beginning has each stratum in its share."""
    stratum = strata(table, task)
    shuffled = generator.permutation(len(table))
    by_stratum = shuffled[np.argsort(stratum[shuffled], kind="stable")]
    _, starts, counts = np.unique(stratum[by_stratum], return_index=True, return_counts=True)
    rank = np.arange(len(table)) - np.repeat(starts, counts)
    key = (rank + np.repeat(generator.random(len(counts)), counts)) / np.repeat(counts, counts)
    if task.kind == "classification":
        key[starts] -= 2.0  # one row of each class comes before all others
    return by_stratum[np.argsort(key, kind="stable")]
