"""What is learned of each target, in the units in which it is learned.

Classes that do not occur in the training rows are left out of the learning and come back, with a
chance of one in a million, in the answer; numbers are learned with mean 0 and spread 1.

Shapes: n rows, t targets, c classes of the task, k of them that occur.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from headstart.errors import DataError
from headstart.features.targets import class_indices, row_weights, target_numbers
from headstart.records import Table, Task
from headstart.session import Session

_ABSENT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is learned of one target.

    Attributes:
        classes: number of classes of the task; 0 for a number.
        present: indices of the classes that occur in the training rows; () for a number.
        shares: of the rows, for each class that occurs.
        centre, scale: mean and spread of a number, which is learned in these units.
    """

    classes: int = 0
    present: tuple[int, ...] = ()
    shares: tuple[float, ...] = ()
    centre: float = 0.0
    scale: float = 1.0

    @property
    def is_constant(self) -> bool:
        """Whether there is nothing to learn: one class, or one number."""
        return len(self.present) == 1 if self.classes else self.scale == 0.0

    @property
    def unlearned(self) -> float:
        """The loss of who learned nothing: nats of the shares, or one spread."""
        if not self.classes:
            return 0.0 if self.is_constant else 1.0
        return -sum(share * math.log(share) for share in self.shares if share > 0)

    def labels(self, truth: np.ndarray) -> np.ndarray:
        """Float64 (n,): places 0..k-1 of class indices in `present`, or numbers of spread 1.

        Raises:
            DataError: a class that is not among `present`.
        """
        if not self.classes:
            return (truth - self.centre) / (self.scale or 1.0)
        known = np.array(self.present)
        if not np.isin(truth, known).all():
            raise DataError(
                "the rows have a class that the earlier model never saw.",
                "Trees cannot be given another class: start from scratch instead.",
            )
        return np.searchsorted(known, truth).astype(np.float64)

    def values(self, answer: np.ndarray | None, rows: int) -> np.ndarray:
        """An answer in units of the task: probabilities (n, c) or numbers (n,).

        None stands for the answer of who learned nothing: the shares of the classes, or the mean.

        A class that never occurred gets a chance of one in a million.
        """
        if not self.classes:
            scaled = np.zeros(rows) if answer is None else answer.astype(np.float64)
            return scaled * self.scale + self.centre
        values = np.full((rows, self.classes), _ABSENT)
        if answer is not None and answer.ndim == 1:
            answer = np.stack([1.0 - answer, answer], axis=1)
        values[:, list(self.present)] = self.shares if answer is None else answer
        return values / values.sum(axis=1, keepdims=True)


class Curve:
    """One curve for several targets that are learned one after another: the mean of their losses.

    A target that is not learned yet counts with the loss of who learned nothing.
    """

    def __init__(self, session: Session, learned: Sequence[Outcome]) -> None:
        self._session = session
        self._losses = [outcome.unlearned for outcome in learned]

    def report(self, place: int, loss: float) -> None:
        """Tell the session what the loss of the target at this place is now."""
        self._losses[place] = loss
        self._session.report(sum(self._losses) / len(self._losses))


def outcomes(data: Table, task: Task) -> tuple[tuple[Outcome, ...], np.ndarray]:
    """What is learned of each target, and the targets: class indices or numbers, shape (n, t)."""
    weights = row_weights(data)
    if task.kind == "classification":
        truth = class_indices(data, task)
        columns = zip(task.classes, truth.T, strict=True)
        return tuple(_of_classes(len(names), column, weights) for names, column in columns), truth
    truth = target_numbers(data, task)
    return tuple(_of_numbers(column, weights) for column in truth.T), truth


def _of_classes(classes: int, truth: np.ndarray, weights: np.ndarray | None) -> Outcome:
    present = np.unique(truth)
    counts = np.bincount(truth, weights, minlength=classes)[present].astype(np.float64)
    shares = counts / counts.sum() if counts.sum() else np.full(len(present), 1 / len(present))
    return Outcome(classes=classes, present=tuple(present.tolist()), shares=tuple(shares.tolist()))


def _of_numbers(truth: np.ndarray, weights: np.ndarray | None) -> Outcome:
    # Equal numbers can have a spread of rounding errors, and trees refuse what is divided by it.
    spread = float(truth.std()) if np.ptp(truth) else 0.0
    return Outcome(centre=float(np.average(truth, weights=weights)), scale=spread)


def outcome_from_plain(values: dict[str, Any]) -> Outcome:
    """The outcome whose fields were written as JSON."""
    return Outcome(
        **{**values, "present": tuple(values["present"]), "shares": tuple(values["shares"])}
    )
