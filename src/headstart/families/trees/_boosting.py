"""What the boosting libraries have in common around their own loops.

One member is grown per target (`Outcome` says of what). Each round asks a `Pace` whether to go on.
Part of the rows is held out to find the best round; on few rows a second fit on all of them
follows, with that number of rounds. The members end up in one `Boosted` with the codes that feed
them.

Shapes: n rows, d matrix columns, t targets, c classes of the task, k of them that occur.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol, TypeAlias

import numpy as np

from headstart.families.trees._boosted import Boosted
from headstart.families.trees._pace import Pace
from headstart.features.codes import Codes, matrix_columns
from headstart.features.outcomes import Curve, Outcome, outcomes
from headstart.features.targets import row_weights
from headstart.records import (
    Candidate,
    Card,
    Estimate,
    Profile,
    Refusal,
    Table,
    Task,
)
from headstart.records.settings import to_plain
from headstart.session import Session

_FEWEST_FOR_HOLDOUT = 40
_GLANCE = 1_000  # rows that nearly always show that something varies
_STRETCH = 1.1  # rounds of the second fit, which sees more rows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examples:
    """Matrix (n, d), labels (n,) of one target, and row weights (n,) or None."""

    matrix: np.ndarray
    labels: np.ndarray
    weights: np.ndarray | None

    def __len__(self) -> int:
        return len(self.labels)

    def rows(self, positions: np.ndarray) -> Examples:
        """The examples at these positions."""
        weights = None if self.weights is None else self.weights[positions]
        return Examples(
            matrix=self.matrix[positions], labels=self.labels[positions], weights=weights
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Job:
    """One member to grow on `learn`, from `before` if that is given.

    Attributes:
        check: rows held out: the member is cut at the round that was best on them.
        rounds: at most so many.
    """

    outcome: Outcome
    codes: Codes
    learn: Examples
    check: Examples | None
    rounds: int
    pace: Pace
    before: Any


class Limits(Protocol):
    """Settings that every booster has.

    Attributes:
        rounds: at most so many.
        patience: rounds without a better held-out loss after which to stop.
        held_out: share of the rows held out for early stopping.
        refit_below: on fewer rows than this, a second fit on all of them follows.
    """

    @property
    def rounds(self) -> int: ...
    @property
    def patience(self) -> int: ...
    @property
    def held_out(self) -> float: ...
    @property
    def refit_below(self) -> int: ...


def candidates(
    card: Card, task: Task, profile: Profile, variants: Sequence[Variant]
) -> list[Candidate] | Refusal:
    """A candidate for each variant, or why the family has none.

    Args:
        variants: the safe one first.
    """
    if task.kind not in card.kinds:
        return Refusal(family=card.name, because=f"it has no answer for {task.kind}")
    inputs = [column for column in profile.inputs() if column.modality in card.modalities]
    if not inputs:
        return Refusal(family=card.name, because="no input column is a number, category or text")
    cells = profile.rows * sum(matrix_columns(each.modality, each.distinct) for each in inputs)
    trees = sum(1 if len(names) < 3 else len(names) for names in task.classes) or len(task.targets)
    return [
        Candidate(
            name=variant.name,
            family=card.name,
            settings=variant.settings,
            because=variant.because,
            estimate=variant.estimate(cells, trees),
        )
        for variant in variants
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Settings worth trying, and what a round of them costs on two cores.

    Attributes:
        rounds: typical number, over both fits.
        cell: seconds per tree for each row of each column.
        tree: seconds per tree besides.
    """

    name: str
    settings: Any
    because: str
    rounds: int
    cell: float
    tree: float

    def estimate(self, cells: int, trees: int) -> Estimate:
        """For `cells` rows x columns and `trees` in each round."""
        seconds = self.rounds * trees * (cells * self.cell + self.tree)
        return Estimate(seconds=round(0.5 + seconds, 2), megabytes=round(120 + cells * 2.4e-5, 1))


def boost(
    grow: Callable[[Job], Any],
    settings: Limits,
    task: Task,
    data: Table,
    session: Session,
    model: Boosted,
) -> Boosted:
    """The model with a member grown for each target, each in its share of the budget.

    Args:
        model: an earlier model to go on from, or one without members (`begun`).
    """
    found, truth = outcomes(data, task)
    found = tuple(
        kept if member is not None else new
        for kept, member, new in zip(
            model.outcomes or found, model.members or found, found, strict=True
        )
    )
    matrix, weights = model.codes.matrix(data), row_weights(data)
    parts = _held_out(data, task, settings.held_out, session.seed)
    curve = Curve(session, found)
    members = []
    for place, outcome in enumerate(found):
        labels = outcome.labels(truth[:, place])
        job = Job(
            outcome=outcome,
            codes=model.codes,
            learn=Examples(matrix=matrix, labels=labels, weights=weights),
            check=None,
            rounds=settings.rounds,
            pace=Pace(
                session,
                partial(curve.report, place),
                share=1 / (len(found) - place),
                patience=settings.patience,
            ),
            before=model.members[place] if model.members else None,
        )
        members.append(_grow(grow, settings, job, _usable(parts, job)))
    return replace(model, outcomes=found, members=tuple(members), settings=to_plain(settings))


Parts: TypeAlias = tuple[np.ndarray, np.ndarray]


def _grow(grow: Callable[[Job], Any], settings: Limits, job: Job, parts: Parts | None) -> Any:
    if job.outcome.is_constant or not _varies(job.learn.matrix):
        job.pace.report(job.outcome.unlearned)
        return job.before
    if parts is None:
        return grow(job)
    first = replace(job, learn=job.learn.rows(parts[0]), check=job.learn.rows(parts[1]))
    member = grow(first)
    rounds = max(1, round(_STRETCH * job.pace.best_round))
    pace = job.pace.again(rounds) if len(job.learn) < settings.refit_below else None
    if pace is None:
        return member
    refitted = grow(replace(job, rounds=rounds, pace=pace))
    return refitted if pace.rounds >= rounds else member


def _held_out(data: Table, task: Task, share: float, seed: int) -> Parts | None:
    """Positions to learn from and to watch; None on fewer rows than early stopping needs."""
    from headstart.intake.splits import holdout

    return holdout(data, task, share, seed) if len(data) >= _FEWEST_FOR_HOLDOUT else None


def _usable(parts: Parts | None, job: Job) -> Parts | None:
    """The parts, unless one is empty or there is less to learn from the first than from all."""
    if parts is None or not len(parts[0]) or not len(parts[1]):
        return None
    learn = job.learn.rows(parts[0])
    distinct = len(np.unique(learn.labels))
    is_enough = distinct >= max(2, len(job.outcome.present)) and _varies(learn.matrix)
    return parts if is_enough else None


def _varies(matrix: np.ndarray) -> bool:
    """Whether any column has two different values; a missing one is a value too."""
    for rows in (matrix[:_GLANCE], matrix):
        same = (rows == rows[:1]) | (np.isnan(rows) & np.isnan(rows[:1]))
        if not same.all():
            return True
    return False
