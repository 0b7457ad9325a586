"""How bad a model without a mistake may be: rows without one cannot show what the next ones bring.

Drawn anew, rows that are all answered rightly are all answered rightly again, so a bootstrap gives
a flawless score an interval without width. Yet a model that errs on a share p of the blocks makes
no mistake in g of them with probability (1 - p)^g. The largest p that leaves this at least as
probable as the tail of the interval is 1 - tail^(1/g): about three blocks of g where the tail is
5 %, the rule of three. The lower end is the score of the same answers with so many wrong, the least
sure ones: of all rows, or of one class, whichever is worse for the metric.

Reference: Hanley and Lippman-Hand 1983, "If nothing goes wrong, is everything all right?", Journal
of the American Medical Association 249.

Shapes: n rows, t targets, c classes of a target, g blocks.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headstart.delivery.combining import stack
from headstart.evaluation.evidence import Outcome, numbered_blocks
from headstart.metrics import as_columns, metric, over_rows
from headstart.records import Prediction, Probabilities, Task

_ALIKE = 1e-9
_UNBOUNDED = frozenset({"log_loss"})  # one sure mistake may cost anything
_NOT_ALL_RIGHT = frozenset({"precision", "recall"})  # these can be flawless in spite of mistakes
_FOLDS = 5  # so many draws in a row check other rows each; further ones check the same again


def with_mistakes(
    metric_name: str,
    outcomes: Sequence[Outcome],
    task: Task,
    level: float | None = None,
    scale: np.ndarray | None = None,
) -> float | None:
    """The score of flawless answers with mistakes that nobody saw; None for other answers.

    Args:
        outcomes: draws, whose rows are taken together; each has the best score that there is.
        level: of the interval whose worse end it is; None asks for a single mistake.
    """
    best = metric(metric_name, task.kind).best
    if metric_name in _UNBOUNDED or not all(abs(each.score - best) < _ALIKE for each in outcomes):
        return None
    outcomes = _apart([each for each in outcomes if each.truth is not None])
    if not outcomes or not isinstance(outcomes[0].prediction, Probabilities):
        return None
    truth = np.concatenate([as_columns(each.truth) for each in outcomes if each.truth is not None])
    answers = stack([_as_decided(each.prediction) for each in outcomes])
    weights = np.concatenate([_weights(each) for each in outcomes])
    assert isinstance(answers, Probabilities)
    blocks = np.concatenate(numbered_blocks(outcomes))

    def scored(doubtful: np.ndarray) -> float:
        rows = _least_sure(truth, answers, blocks, doubtful, level)
        if metric_name == "precision":  # what was said stays said, and is wrong
            other, said = _wrong(truth, answers, rows), answers
        else:
            other, said = truth, _erring(truth, answers, rows)
        of_weights = over_rows(metric_name, other, said, task, scale=scale)
        return float(of_weights(weights[None, :])[0])

    scores = [scored(doubtful) for doubtful in _doubtful(metric_name, truth, answers, weights)]
    defined = [each for each in scores if np.isfinite(each)]
    worst = min if best > 0 else max
    return worst(defined) if defined else None


def possible_mistakes(level: float, blocks: int) -> int:
    """Of so many blocks, how many may be wrong though none was seen to be; at least one.

    Args:
        level: of an interval, each of whose tails has half of the rest.

    Example:
        >>> [possible_mistakes(0.90, blocks) for blocks in (4, 20, 1_000)]
        [2, 3, 3]
    """
    tail = (1 - level) / 2
    return max(1, round(blocks * (1 - tail ** (1 / blocks))))


def _as_decided(prediction: Prediction) -> Prediction:
    """Probabilities whose likeliest class is the one that is said, after class weights."""
    if not isinstance(prediction, Probabilities) or prediction.class_weights is None:
        return prediction
    weighed = [
        values * each
        for values, each in zip(prediction.values, prediction.class_weights, strict=True)
    ]
    return Probabilities(values=tuple(v / v.sum(axis=1, keepdims=True) for v in weighed))


def _weights(outcome: Outcome) -> np.ndarray:
    return np.ones(len(outcome.prediction)) if outcome.weights is None else outcome.weights


def _apart(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Of the draws those that check other rows each: the most that belong to one shuffle."""
    shuffles: dict[int, list[Outcome]] = {}
    for each in outcomes:
        shuffles.setdefault(each.draw // _FOLDS, []).append(each)
    return max(shuffles.values(), key=len, default=[])


def _doubtful(
    metric_name: str, truth: np.ndarray, answers: Probabilities, weights: np.ndarray
) -> list[np.ndarray]:
    """Rows of which some may be wrong, bool (n,): all that count, and those of each class."""
    counts = weights > 0
    if metric_name in _NOT_ALL_RIGHT:
        labels = np.stack([values.argmax(axis=1) for values in answers.values], axis=1)
        counts &= (labels == truth).all(axis=1)
    by_class = [
        counts & (truth[:, target] == label)
        for target in range(truth.shape[1])
        for label in np.unique(truth[:, target])
    ]
    return [rows for rows in (counts, *by_class) if rows.any()]


def _least_sure(
    truth: np.ndarray,
    answers: Probabilities,
    blocks: np.ndarray,
    doubtful: np.ndarray,
    level: float | None,
) -> np.ndarray:
    """Rows of those blocks whose least probable right answer is the least probable."""
    count = 1 if level is None else possible_mistakes(level, len(np.unique(blocks[doubtful])))
    rows = np.arange(len(truth))
    sure = [values[rows, truth[:, target]] for target, values in enumerate(answers.values)]
    of_block = np.full(int(blocks.max()) + 1, np.inf)
    np.minimum.at(of_block, blocks, np.where(doubtful, np.min(sure, axis=0), np.inf))
    return np.flatnonzero(np.isin(blocks, np.argsort(of_block, kind="stable")[:count]) & doubtful)


def _wrong(truth: np.ndarray, answers: Probabilities, rows: np.ndarray) -> np.ndarray:
    """Class indices (n, t): those of the truth, but on these rows the likeliest of the others."""
    told = truth.copy()
    for target, values in enumerate(answers.values):
        others = values[rows]
        others[np.arange(len(rows)), truth[rows, target]] = -1.0
        told[rows, target] = others.argmax(axis=1)
    return told


def _erring(truth: np.ndarray, answers: Probabilities, rows: np.ndarray) -> Probabilities:
    """The same answers, but on these rows surely the likeliest of the wrong ones."""
    told = _wrong(truth, answers, rows)
    changed = []
    for target, values in enumerate(answers.values):
        each = values.copy()
        each[rows] = np.eye(values.shape[1])[told[rows, target]]
        changed.append(each)
    return Probabilities(values=tuple(changed))
