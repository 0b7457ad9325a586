"""What the boosting libraries have in common around their own loops.

One member is grown per target (`Outcome` says of what). Each round asks a `Pace` whether to go on.
Part of the rows is held out to find the best round; on few rows a second fit on all of them
follows, with that number of rounds. The members end up in one `Boosted` with the codes that feed
them.

Shapes: n rows, d matrix columns, t targets, c classes of the task, k of them that occur.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np

from headstart.errors import WeightsError, listed
from headstart.families.trees._pace import Pace
from headstart.features.codes import Codes, load_codes, matrix_columns
from headstart.features.ensembles import TreeShape, described_boosting
from headstart.features.outcomes import Curve, Outcome, outcome_from_plain, outcomes
from headstart.features.targets import row_weights
from headstart.records import (
    Candidate,
    Card,
    Estimate,
    FineTune,
    Numbers,
    Prediction,
    Probabilities,
    Profile,
    Receipt,
    Refusal,
    Start,
    Table,
    Task,
)
from headstart.records.settings import to_plain
from headstart.session import Session
from headstart.storage.folders import write_file

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """How a library answers, counts, writes and reads a member.

    Attributes:
        answer: (member, matrix, codes) -> chance of each class (n, k), of the second of two (n,),
            or number (n,).
        rounds: of a member.
        shape: of a member's trees.
        grows: how they grow, in the field's words.
    """

    answer: Callable[[Any, np.ndarray, Codes], np.ndarray]
    rounds: Callable[[Any], int]
    shape: Callable[[Any], TreeShape]
    grows: str
    write: Callable[[Any, Path], None]
    read: Callable[[Path], Any]
    suffix: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Boosted:
    """Boosted trees for each target, with the codes that feed them.

    Attributes:
        labels: the task's classes of each target; () for numbers.
        members: the library's own model of each target, or None where that is constant.
        settings: as resolved in the fit.
        receipt: what became of the columns of an earlier model, where there was one.
    """

    library: Library
    codes: Codes
    targets: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    outcomes: tuple[Outcome, ...]
    members: tuple[Any, ...]
    settings: dict[str, Any]
    receipt: Receipt = Receipt()

    def predict(self, data: Table) -> Prediction:
        matrix = self.codes.matrix(data)
        values = tuple(self._values(matrix))
        if self.labels:
            return Probabilities(values=values)
        return Numbers(values=np.stack(values, axis=1))

    def save(self, folder: Path) -> None:
        self.codes.save(folder)
        document = {
            "written_by": self.library.suffix,
            "targets": self.targets,
            "labels": self.labels,
            "outcomes": [asdict(outcome) for outcome in self.outcomes],
            "settings": self.settings,
        }
        write_file(folder / "boosted.json", json.dumps(document))
        for place, member in enumerate(self.members):
            if member is not None:
                self.library.write(member, folder / f"{place}.{self.library.suffix}")

    def describe(self) -> dict[str, Any]:
        """Settings as resolved, rounds and trees of each target, an earlier model's columns."""
        library, shape = self.library, self.library.shape
        return {
            "settings": self.settings,
            "rounds": [0 if each is None else library.rounds(each) for each in self.members],
            "receipt": self.receipt,
            **described_boosting(
                library.grows,
                self.settings["learning_rate"],
                self.labels,
                self.targets,
                [TreeShape() if each is None else shape(each) for each in self.members],
            ),
        }

    def _values(self, matrix: np.ndarray) -> Iterator[np.ndarray]:
        for outcome, member in zip(self.outcomes, self.members, strict=True):
            answer = None
            if member is not None and len(matrix):
                answer = self.library.answer(member, matrix, self.codes)
            yield outcome.values(answer, len(matrix))


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
        model: an earlier model to go on from, or one without members (`new`).
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


def new(library: Library, codes: Codes, task: Task) -> Boosted:
    """A model that has not grown yet."""
    return Boosted(
        library=library,
        codes=codes,
        targets=task.targets,
        labels=task.classes,
        outcomes=(),
        members=(),
        settings={},
    )


def earlier(library: Library, start: Start, task: Task, data: Table, session: Session) -> Boosted:
    """The model to go on from, with the receipt of its columns.

    Raises:
        WeightsError: it was learned for other targets or other classes.
    """
    assert isinstance(start, FineTune)
    name = start.checkpoints[0]
    model = load_boosted(session.checkpoints[name], library)
    if len(model.targets) != len(task.targets) or model.labels != task.classes:
        raise WeightsError(
            f"`{name}` was learned for {_asked(model.targets, model.labels)}; "
            f"this task asks for {_asked(task.targets, task.classes)}.",
            "Trees cannot be given other classes: start from scratch instead.",
        )
    return replace(model, targets=task.targets, receipt=model.codes.receipt(data))


def load_boosted(folder: Path, library: Library) -> Boosted:
    """The model that `Boosted.save` wrote.

    Raises:
        WeightsError: the folder does not hold such a model.
    """
    if not (folder / "boosted.json").is_file():
        found = listed(sorted(path.name for path in folder.iterdir()))
        raise WeightsError(f"`{folder}` holds no boosted trees; it holds {found or 'nothing'}.")
    stored = json.loads((folder / "boosted.json").read_text())
    if stored.get("written_by", library.suffix) != library.suffix:
        raise WeightsError(
            f"`{folder}` holds trees in files of the kind .{stored['written_by']}; "
            f".{library.suffix} was expected.",
            "Name the family that has written them, or copy the folder again.",
        )
    files = [folder / f"{place}.{library.suffix}" for place in range(len(stored["targets"]))]
    return Boosted(
        library=library,
        codes=load_codes(folder),
        targets=tuple(stored["targets"]),
        labels=tuple(tuple(names) for names in stored["labels"]),
        outcomes=tuple(outcome_from_plain(values) for values in stored["outcomes"]),
        members=tuple(library.read(file) if file.is_file() else None for file in files),
        settings=stored["settings"],
    )


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


def _asked(targets: tuple[str, ...], labels: tuple[tuple[str, ...], ...]) -> str:
    if not labels:
        return f"numbers ({listed(targets)})"
    return "; ".join(
        f"`{target}` with {listed(names)}" for target, names in zip(targets, labels, strict=True)
    )
