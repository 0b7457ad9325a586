"""A forest as plain arrays: walked by NumPy, so that predicting needs no other library.

All rows go down one tree side by side, a level a step. Siblings lie next to each other, so a step
is: fetch the node, fetch the value it asks for, compare, add. A node is one record of 16 bytes:

    0  int32    column it asks for; columns are doubled, see below
    1  int32    its left child, counted from the tree's root; a leaf is its own left child
    2  float32  threshold: up to it left, above it right; a leaf has infinity
    3  int32    row of its answer in `answers`, for leaves

Column j holds missing values as minus infinity, which go left; column d + j as infinity, which go
right. So a missing value costs no extra step.

Shapes: n rows, d columns, t trees, k answers.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

_ROWS_AT_ONCE = 16_384
_STEPS_BETWEEN_LOOKS = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forest:
    """Trees of which the answers are averaged.

    Attributes:
        nodes: all trees, one after the other, int32, shape (nodes, 4).
        roots: where each tree begins, and the end of the last, int64, shape (t + 1,).
        answers: of the leaves, float64, shape (leaves, k).
    """

    nodes: np.ndarray
    roots: np.ndarray
    answers: np.ndarray

    def predict(self, matrix: np.ndarray, threads: int = 1) -> np.ndarray:
        """Mean answer of the trees for each row, shape (n, k); `matrix` is float32, (n, d)."""
        blocks = [
            matrix[first : first + _ROWS_AT_ONCE] for first in range(0, len(matrix), _ROWS_AT_ONCE)
        ]
        if threads == 1 or len(blocks) < 2:
            found = [self._predict(block) for block in blocks]
        else:
            with ThreadPoolExecutor(threads) as pool:
                found = list(pool.map(self._predict, blocks))
        return np.concatenate([np.zeros((0, self.answers.shape[1])), *found])

    def depth(self) -> int:
        """Splits on the longest way from a root to a leaf."""
        deepest = 0
        for first, end in zip(self.roots[:-1], self.roots[1:], strict=True):
            left = self.nodes[first:end, 1]
            level, reached = 0, np.zeros(1, dtype=np.int64)
            while len(inner := reached[left[reached] != reached]):
                reached = np.concatenate([left[inner], left[inner] + 1])
                level += 1
            deepest = max(deepest, level)
        return deepest

    def _predict(self, block: np.ndarray) -> np.ndarray:
        missing = np.isnan(block)
        doubled = [np.where(missing, -np.inf, block), np.where(missing, np.inf, block)]
        values = np.concatenate(doubled, axis=1).astype(np.float32).ravel()
        begins = np.arange(len(block)) * (2 * block.shape[1])
        records = self.nodes.view(np.complex128).ravel()
        total = np.zeros((len(block), self.answers.shape[1]))
        for first, end in zip(self.roots[:-1], self.roots[1:], strict=True):
            total += self.answers.take(_leaves(records[first:end], values, begins), axis=0)
        return total / (len(self.roots) - 1)


def forest_of(trees: list[Forest]) -> Forest:
    """One forest of all the trees of several."""
    nodes = [part.nodes.copy() for part in trees]
    leaves = np.cumsum([0, *(len(part.answers) for part in trees)])
    starts = np.cumsum([0, *(len(part.nodes) for part in trees)])
    for moved, first in zip(nodes, leaves, strict=False):
        moved[:, 3] += first
    roots = [part.roots[:-1] + start for part, start in zip(trees, starts, strict=False)]
    return Forest(
        nodes=np.concatenate(nodes),
        roots=np.concatenate([*roots, starts[-1:]]),
        answers=np.concatenate([part.answers for part in trees]),
    )


def tree_of(
    *,
    left: np.ndarray,
    right: np.ndarray,
    column: np.ndarray,
    threshold: np.ndarray,
    missing_left: np.ndarray,
    answers: np.ndarray,
    columns: int,
) -> Forest:
    """A single tree from arrays over its nodes; the children of a leaf are negative.

    Args:
        threshold: float64; a value of float32 goes left if it is not above.
        answers: of every node, shape (nodes, k).
        columns: number of columns of the matrix, d.

    Example:
        >>> stump = tree_of(
        ...     left=np.array([1, -1, -1]), right=np.array([2, -1, -1]),
        ...     column=np.array([0, 0, 0]), threshold=np.array([0.5, 0.0, 0.0]),
        ...     missing_left=np.array([1, 0, 0]), answers=np.array([[0.0], [1.0], [2.0]]),
        ...     columns=1)
        >>> stump.predict(np.array([[0.5], [0.6], [np.nan]], dtype=np.float32)).ravel().tolist()
        [1.0, 2.0, 1.0]
    """
    order = _siblings_together(left, right)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    is_leaf = left[order] < 0
    nodes = np.zeros((len(order), 4), dtype=np.int32)
    nodes[:, 0] = np.where(is_leaf, 0, column[order] + np.where(missing_left[order], 0, columns))
    nodes[:, 1] = np.where(is_leaf, np.arange(len(order)), place[np.maximum(left[order], 0)])
    nodes[:, 2] = np.where(is_leaf, np.inf, _down(threshold[order])).astype(np.float32).view("i4")
    nodes[is_leaf, 3] = np.arange(is_leaf.sum())
    return Forest(
        nodes=nodes, roots=np.array([0, len(nodes)]), answers=answers[order][is_leaf].copy()
    )


def _leaves(records: np.ndarray, values: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """The answer's row that each row of values ends at, walking one tree."""
    answer = np.empty(len(begins), dtype=np.int64)
    rows = np.arange(len(begins))
    node = np.zeros(len(begins), dtype=np.int64)
    while len(rows):
        for _ in range(_STEPS_BETWEEN_LOOKS):
            fetched = records.take(node)
            fields = fetched.view(np.int32)
            asked = values.take(begins + fields[0::4])
            above = asked > fetched.view(np.float32)[2::4]
            node = above.astype(np.int64) + fields[1::4]
        fetched = records.take(node)
        fields = fetched.view(np.int32)
        # Only leaves ask whether a value is above infinity.
        done = fetched.view(np.float32)[2::4] == np.inf
        answer[rows[done]] = fields[3::4][done]
        rows, node, begins = rows[~done], node[~done], begins[~done]
    return answer


def _siblings_together(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Nodes level by level from the root, each right child after its sibling."""
    levels = [np.zeros(1, dtype=np.int64)]
    while len(levels[-1]):
        inner = levels[-1][left[levels[-1]] >= 0]
        levels.append(np.stack([left[inner], right[inner]], axis=1).ravel())
    return np.concatenate(levels)


def _down(threshold: np.ndarray) -> np.ndarray:
    """The largest finite float32 not above: a finite float32 value compares with both alike.

    A split of missing from known values has an infinite threshold, which only leaves have here.
    """
    near = np.minimum(threshold, np.finfo(np.float32).max).astype(np.float32)
    return np.where(near > threshold, np.nextafter(near, np.float32(-np.inf)), near)
