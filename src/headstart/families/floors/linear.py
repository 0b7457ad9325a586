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
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from headstart.errors import WeightsError, listed
from headstart.features.codes import Codes, learn_codes, load_codes
from headstart.features.indicators import Indicators, learn_indicators
from headstart.features.outcomes import Curve, Outcome, outcome_from_plain, outcomes
from headstart.features.targets import row_weights
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
    found, truth = outcomes(data, task)
    curve = Curve(session, found)
    heads = []
    for place, outcome in enumerate(found):
        steps = Steps(settings=settings, session=session, curve=curve, place=place)
        heads.append(_fit_head(outcome, outcome.labels(truth[:, place]), problem, parts, steps))
    return Linear(codes=codes, indicators=indicators, heads=tuple(heads))


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
        Head(
            outcome=outcome_from_plain(head["outcome"]),
            weights=arrays[f"weights.{place}"],
            penalty=head["penalty"],
        )
        for place, head in enumerate(stored["heads"])
    )
    return Linear(codes=load_codes(folder), indicators=indicators, heads=heads)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Head:
    """The weights for one target, shape (p + 1, k), the last row the intercept; k is 0 where the
    target is constant. `penalty` is the one that was chosen."""

    outcome: Outcome
    weights: np.ndarray
    penalty: float

    def values(self, design: np.ndarray) -> np.ndarray:
        """Probabilities (n, c), or numbers (n,)."""
        scores = design @ self.weights[:-1] + self.weights[-1]
        if self.outcome.is_constant:
            return self.outcome.values(None, len(design))
        answer = chances(scores) if self.outcome.classes else scores[:, 0]
        return self.outcome.values(answer, len(design))


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
        if self.heads[0].outcome.classes:
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
                {"outcome": asdict(head.outcome), "penalty": head.penalty} for head in self.heads
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """The steps of the solver for one target, counted and reported by the session."""

    settings: Settings
    session: Session
    curve: Curve
    place: int

    @property
    def have_ended(self) -> bool:
        return self.session.stopped_by is not None

    def take(self, descent: Descent, weights: np.ndarray, tolerance: float) -> np.ndarray:
        """Descend until no slope is above the tolerance or the session has ended."""
        return descent.run(weights, self.settings.rounds, tolerance, self._after)

    def _after(self, value: float) -> bool:
        self.curve.report(self.place, value)
        return self.session.go_on()


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


def _fit_head(
    outcome: Outcome,
    truth: np.ndarray,
    problem: Problem,
    parts: list[Part],
    steps: Steps,
) -> Head:
    """The weights for one target, at the penalty that is best on the rows held out."""
    loss = logistic if outcome.classes else squares
    labels = _score_columns(outcome, truth)
    weights = np.zeros((problem.design.shape[1], labels.shape[1]))
    penalty = steps.settings.penalty or 1.0
    if outcome.is_constant:
        steps.curve.report(steps.place, 0.0)
        return Head(outcome=outcome, weights=weights, penalty=penalty)
    if parts:
        penalty, weights = _choose(loss, labels, parts, weights, steps)
    if not steps.have_ended:
        descent = Descent(loss, problem, problem.gram(), labels, penalty)
        weights = steps.take(descent, weights, steps.settings.tolerance)
    return Head(outcome=outcome, weights=weights, penalty=penalty)


def _score_columns(outcome: Outcome, truth: np.ndarray) -> np.ndarray:
    """Labels per column of scores, shape (n, k): one column for a number and for two classes."""
    if not outcome.classes or len(outcome.present) == 2:
        return truth[:, None]
    return np.asarray(truth[:, None] == np.arange(len(outcome.present)), dtype=np.float64)


def _choose(
    loss: Loss,
    labels: np.ndarray,
    parts: list[Part],
    start: np.ndarray,
    steps: Steps,
) -> tuple[float, np.ndarray]:
    """The best penalty of the path, and the weights found with it on the first part."""
    best = (np.inf, _PENALTIES[0], start)
    found = [start] * len(parts)
    for penalty in _PENALTIES:
        held_out = []
        for place, part in enumerate(parts):
            descent = Descent(loss, part.problem, part.gram, labels[part.fitted], penalty)
            coarse = _COARSER * steps.settings.tolerance
            found[place] = steps.take(descent, found[place], coarse)
            scores = part.check.design @ found[place]
            held_out.append(loss(scores, labels[part.checked], part.check.weights)[0])
            if steps.have_ended:
                break
        if np.mean(held_out) < best[0]:
            best = (float(np.mean(held_out)), penalty, found[0])
        elif np.mean(held_out) > 1.001 * best[0]:
            break
        if steps.have_ended:
            break
    return best[1], best[2]


def _design_columns(modality: str, distinct: int) -> int:
    """About how many design columns an input column becomes."""
    if modality == "text":
        return 65
    if modality == "time":
        return 6
    return min(distinct, _MOST_CATEGORIES) + 2 if modality != "number" else 1
