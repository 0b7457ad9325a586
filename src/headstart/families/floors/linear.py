"""Logistic and ridge regression: one weight per number and per category.

The floor that a deep model has to beat: where the answer is a weighted sum, nothing deeper helps.
Numbers are scaled, missing ones have indicators, categories are one-hot (`features.indicators`).
The L2 penalty is the best of a path, from strong to weak, on rows held out; the last fit is on all
rows.

Shapes: n rows, p design columns, k columns of scores (classes, one for two classes, targets).
References: Hastie, Tibshirani & Friedman 2009, "The Elements of Statistical Learning", sections
3.4.1 and 4.4; `training.descent` for the solver.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from headstart.errors import WeightsError, listed
from headstart.features.codes import Codes, learn_codes, load_codes
from headstart.features.indicators import Indicators, learn_indicators
from headstart.features.targets import class_indices, row_weights, target_numbers
from headstart.records import (
    Candidate,
    Card,
    Estimate,
    Numbers,
    Prediction,
    Probabilities,
    Profile,
    Refusal,
    Table,
    Task,
    setting,
)
from headstart.session import Session
from headstart.storage.folders import write_file
from headstart.training.descent import Descent, Loss, Problem, chances, logistic, squares

CARD = Card(
    name="linear",
    summary="logistic or ridge regression on scaled numbers and one-hot categories",
    kinds=("classification", "regression"),
    modalities=("number", "category", "text", "time", "identifier"),
    starts=("Scratch",),
    threads="all",
    is_floor=True,
    when_not="where columns act together: it knows no interactions and no curves",
    references=(
        "Hastie, Tibshirani & Friedman 2009, 'The Elements of Statistical Learning', 3.4.1, 4.4",
    ),
    no_start=(
        ("Direct", "no linear models are published that fit other people's columns"),
        ("FineTune", "its loss is convex: from any start it ends in the same place"),
        ("Transfer", "it has no part that means something for other columns"),
    ),
)

_MOST_CATEGORIES = 100
_MOST_CELLS = 40_000_000
_FEWEST_FOR_HOLDOUT = 40
_ABSENT = 1e-6
_COARSER = 10.0  # a penalty is chosen long before its fit is exact
_PENALTIES = (1000.0, 100.0, 10.0, 1.0, 0.1, 0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The penalty is found on rows held out unless it is given."""

    penalty: float | None = setting(
        None, "L2 penalty, in rows: 1 weighs like C = 1 of scikit-learn", low=1e-9, high=1e9
    )
    rounds: int = setting(300, "most steps of the solver for one penalty", low=1, high=100_000)
    held_out: float = setting(
        0.2, "share of rows held out to choose the penalty", low=0.05, high=0.5
    )
    tolerance: float = setting(1e-5, "largest slope at which a fit ends", low=1e-12, high=0.1)


def propose(task: Task, profile: Profile) -> list[Candidate] | Refusal:
    if task.kind not in CARD.kinds:
        return Refusal(family=CARD.name, because=f"it has no answer for {task.kind}")
    inputs = [column for column in profile.inputs() if column.modality in CARD.modalities]
    if not inputs:
        return Refusal(family=CARD.name, because="no input column is a number, category or text")
    width = sum(_design_columns(column.modality, column.distinct) for column in inputs)
    scores = sum(max(len(names), 1) for names in task.classes) or len(task.targets)
    cells = min(profile.rows * width, _MOST_CELLS)
    candidate = Candidate(
        name=CARD.name,
        family=CARD.name,
        settings=Settings(),
        because=(
            "always in the race: where "
            f"{len(inputs)} input columns act one by one, nothing deeper can beat their sum"
        ),
        estimate=Estimate(
            seconds=0.2 + cells * (2e-9 * width + 1.2e-7 * scores), megabytes=60 + 4e-5 * cells
        ),
    )
    return [candidate]


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> Linear:
    settings = candidate.settings
    codes = learn_codes(data, most_categories=_MOST_CATEGORIES)
    matrix = codes.matrix(data)
    indicators = learn_indicators(matrix, codes.cardinalities)
    rows = _rows_used(len(data), indicators.width, session.seed)
    data = data.take(rows) if len(rows) < len(data) else data
    design = np.concatenate([indicators.design(matrix[rows]), np.ones((len(rows), 1))], axis=1)
    weights = row_weights(data)
    problem = Problem(design=design, weights=np.ones(len(rows)) if weights is None else weights)
    parts = _parts(problem, task, data, settings, session)
    heads = tuple(
        _fit_head(head, labels, problem, parts, settings, session)
        for head, labels in _heads(data, task)
    )
    return Linear(codes=codes, indicators=indicators, heads=heads)


def load(folder: Path) -> Linear:
    from safetensors.numpy import load_file

    if not (folder / "linear.json").is_file():
        found = listed(sorted(path.name for path in folder.iterdir()))
        raise WeightsError(f"`{folder}` holds no linear model; it holds {found or 'nothing'}.")
    stored = json.loads((folder / "linear.json").read_text())
    arrays = load_file(folder / "linear.safetensors")
    indicators = Indicators(
        means=arrays["means"],
        spreads=arrays["spreads"],
        gaps=tuple(stored["gaps"]),
        sizes=tuple(stored["sizes"]),
    )
    heads = tuple(
        Head(**{**head, "present": tuple(head["present"]), "weights": arrays[f"weights.{place}"]})
        for place, head in enumerate(stored["heads"])
    )
    return Linear(codes=load_codes(folder), indicators=indicators, heads=heads)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Head:
    """The weights for one target, shape (p + 1, k); the last row is the intercept.

    Attributes:
        classes: number of classes of the task; 0 for a number.
        present: indices of the classes that occur in the training rows.
        centre, scale: mean and spread of a number, which is learned in these units.
        penalty: the one that was chosen.
    """

    weights: np.ndarray
    classes: int = 0
    present: tuple[int, ...] = ()
    centre: float = 0.0
    scale: float = 1.0
    penalty: float = 1.0

    def values(self, design: np.ndarray) -> np.ndarray:
        """Probabilities (n, c), or numbers (n,)."""
        scores = design @ self.weights[:-1] + self.weights[-1]
        if not self.classes:
            return scores[:, 0] * self.scale + self.centre
        values = np.full((len(scores), self.classes), _ABSENT)
        values[:, list(self.present)] = chances(scores) if len(self.present) > 1 else 1.0
        return values / values.sum(axis=1, keepdims=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linear:
    """Codes, a design matrix made of them, and the weights for each target."""

    codes: Codes
    indicators: Indicators
    heads: tuple[Head, ...]

    def predict(self, data: Table) -> Prediction:
        blocks = [
            [head.values(design) for head in self.heads]
            for design in self.indicators.blocks(self.codes.matrix(data))
        ]
        values = tuple(np.concatenate(column) for column in zip(*blocks, strict=True))
        if self.heads[0].classes:
            return Probabilities(values=values)
        return Numbers(values=np.stack(values, axis=1))

    def save(self, folder: Path) -> None:
        from safetensors.numpy import save

        self.codes.save(folder)
        arrays = {"means": self.indicators.means, "spreads": self.indicators.spreads}
        arrays |= {f"weights.{place}": head.weights for place, head in enumerate(self.heads)}
        write_file(folder / "linear.safetensors", save(arrays))
        document = {
            "gaps": self.indicators.gaps,
            "sizes": self.indicators.sizes,
            "heads": [
                {name: getattr(head, name) for name in Head.__slots__ if name != "weights"}
                for head in self.heads
            ],
        }
        write_file(folder / "linear.json", json.dumps(document))

    def describe(self) -> dict[str, Any]:
        """The penalties that were chosen, and the number of weights."""
        return {
            "settings": {"penalty": float(np.mean([head.penalty for head in self.heads]))},
            "parameters": sum(head.weights.size for head in self.heads),
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """A division of the rows: one side to fit, with its Gram matrix, and one to choose on."""

    fitted: np.ndarray
    checked: np.ndarray
    problem: Problem
    gram: np.ndarray
    check: Problem


def _rows_used(rows: int, width: int, seed: int) -> np.ndarray:
    """All rows, or as many at random as fit in memory: far more than a weight each needs."""
    most = max(_MOST_CELLS // (width + 1), 1_000)
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def _parts(
    problem: Problem, task: Task, data: Table, settings: Settings, session: Session
) -> list[Part]:
    """Divisions on which a penalty is chosen: several on few rows, where one would be luck."""
    from headstart.intake.splits import holdout

    if settings.penalty is not None or len(data) < _FEWEST_FOR_HOLDOUT:
        return []
    repeats = 5 if len(data) < 1_000 else 3 if len(data) < 5_000 else 1
    parts = []
    for repeat in range(repeats):
        fitted, checked = holdout(data, task, settings.held_out, session.seed + repeat)
        if len(fitted) and len(checked):
            ours = problem.rows(fitted)
            parts.append(
                Part(
                    fitted=fitted,
                    checked=checked,
                    problem=ours,
                    gram=ours.gram(),
                    check=problem.rows(checked),
                )
            )
    return parts


def _heads(data: Table, task: Task) -> Iterator[tuple[Head, np.ndarray]]:
    """Per target a head without weights yet, and its labels, shape (n, k)."""
    empty = np.zeros((0, 0))
    if task.kind != "classification":
        for column in target_numbers(data, task).T:
            centre, scale = float(column.mean()), float(column.std()) or 1.0
            yield (
                Head(weights=empty, centre=centre, scale=scale),
                ((column - centre) / scale)[:, None],
            )
        return
    for names, column in zip(task.classes, class_indices(data, task).T, strict=True):
        present = tuple(np.unique(column).tolist())
        labels = (column[:, None] == np.array(present)).astype(np.float64)
        head = Head(weights=empty, classes=len(names), present=present)
        yield head, labels[:, 1:] if len(present) == 2 else labels


def _fit_head(
    head: Head,
    labels: np.ndarray,
    problem: Problem,
    parts: list[Part],
    settings: Settings,
    session: Session,
) -> Head:
    """The head with its weights, at the penalty that is best on the rows held out."""
    loss = logistic if head.classes else squares
    start = np.zeros((problem.design.shape[1], labels.shape[1]))
    if len(head.present) == 1:
        session.report(0.0)
        return replace(head, weights=start)
    penalty, start = settings.penalty or 1.0, start
    if parts:
        penalty, start = _choose(loss, labels, parts, start, settings, session)
    if session.stopped_by is None:
        descent = Descent(loss, problem, problem.gram(), labels, penalty)
        start = descent.run(start, session, settings.rounds, settings.tolerance)
    return replace(head, weights=start, penalty=penalty)


def _choose(
    loss: Loss,
    labels: np.ndarray,
    parts: list[Part],
    start: np.ndarray,
    settings: Settings,
    session: Session,
) -> tuple[float, np.ndarray]:
    """The best penalty of the path, and the weights found with it on the first part."""
    best = (np.inf, _PENALTIES[0], start)
    found = [start] * len(parts)
    for penalty in _PENALTIES:
        held_out = []
        for place, part in enumerate(parts):
            descent = Descent(loss, part.problem, part.gram, labels[part.fitted], penalty)
            found[place] = descent.run(
                found[place], session, settings.rounds, _COARSER * settings.tolerance
            )
            scores = part.check.design @ found[place]
            held_out.append(loss(scores, labels[part.checked], part.check.weights)[0])
            if session.stopped_by:
                break
        if np.mean(held_out) < best[0]:
            best = (float(np.mean(held_out)), penalty, found[0])
        elif np.mean(held_out) > 1.001 * best[0] or session.stopped_by:
            break
    return best[1], best[2]


def _design_columns(modality: str, distinct: int) -> int:
    """About how many design columns an input column becomes."""
    if modality == "text":
        return 65
    if modality == "time":
        return 6
    return min(distinct, _MOST_CATEGORIES) + 2 if modality != "number" else 1
