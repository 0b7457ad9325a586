"""How bad a model without a mistake may be: rows without one cannot show what the next ones bring.

Drawn anew, rows that are all answered rightly are all answered rightly again, so a bootstrap gives
a flawless score an interval without width. Yet a model that errs on a share p of the blocks makes
no mistake in g of them with probability (1 - p)^g. The largest p that leaves this at least as
probable as the tail of the interval is -ln(tail) blocks of g: the rule of three, where the tail is
5 %. The lower end is the score of the same answers with so many wrong, the least sure ones.

Reference: Hanley and Lippman-Hand 1983, "If nothing goes wrong, is everything all right?", Journal
of the American Medical Association 249.

Shapes: n rows, t targets, c classes of a target, g blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from headstart.delivery.combining import stack
from headstart.evaluation.evidence import Outcome, numbered_blocks
from headstart.metrics import as_columns, metric, over_rows
from headstart.records import Prediction, Probabilities, Task


def with_mistakes(
    metric_name: str,
    outcomes: Sequence[Outcome],
    task: Task,
    count: int,
    scale: np.ndarray | None = None,
) -> float | None:
    """The score of flawless answers with `count` blocks wrong; None where they are not flawless.

    Args:
        outcomes: draws, whose rows are taken together; each has the best score that there is.
    """
    best = metric(metric_name, task.kind).best
    if not outcomes or any(each.score != best or each.truth is None for each in outcomes):
        return None
    prediction = stack([each.prediction for each in outcomes])
    if not isinstance(prediction, Probabilities):
        return None
    truth = np.concatenate([as_columns(each.truth) for each in outcomes if each.truth is not None])
    blocks = np.concatenate(numbered_blocks(outcomes))
    erring = _erring(truth, prediction, _least_sure(truth, prediction, blocks, count))
    weights = [np.ones(len(e.prediction)) if e.weights is None else e.weights for e in outcomes]
    of_weights = over_rows(metric_name, truth, erring, task, scale=scale)
    return float(of_weights(np.concatenate(weights)[None, :])[0])


def possible_mistakes(level: float) -> int:
    """Blocks of those seen that may be wrong though none was; each tail has half of the rest.

    Example:
        >>> possible_mistakes(0.90), possible_mistakes(0.95)
        (3, 4)
    """
    return round(-float(np.log((1 - level) / 2)))


def _least_sure(
    truth: np.ndarray, prediction: Probabilities, blocks: np.ndarray, count: int
) -> np.ndarray:
    """Rows of the `count` blocks whose least probable right answer is the least probable."""
    rows = np.arange(len(truth))
    sure = [values[rows, truth[:, target]] for target, values in enumerate(prediction.values)]
    of_block = np.full(int(blocks.max()) + 1, np.inf)
    np.minimum.at(of_block, blocks, np.min(sure, axis=0))
    return np.flatnonzero(np.isin(blocks, np.argsort(of_block, kind="stable")[:count]))


def _erring(truth: np.ndarray, prediction: Probabilities, rows: np.ndarray) -> Prediction:
    """The same answers, but on these rows surely the likeliest of the wrong ones."""
    changed = []
    for target, values in enumerate(prediction.values):
        wrong = values[rows]
        wrong[np.arange(len(rows)), truth[rows, target]] = -1.0
        each = values.copy()
        each[rows] = np.eye(values.shape[1])[wrong.argmax(axis=1)]
        changed.append(each)
    return replace(prediction, values=tuple(changed))
