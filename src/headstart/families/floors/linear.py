"""Logistic and ridge regression: one weight per number and per category.

The floor that a deep model has to beat: where the answer is a weighted sum, nothing deeper helps.
Numbers are scaled, missing ones have indicators, categories are one-hot (`features.indicators`).
The L2 penalty is the best of a path, from strong to weak, on rows held out; the last fit is on all
rows.

Shapes: n rows, p design columns.
References: Hastie, Tibshirani & Friedman 2009, "The Elements of Statistical Learning", sections
3.4.1 and 4.4; `training.descent` for the solver.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from headstart.errors import WeightsError, listed
from headstart.families.floors._linear import (
    Head,
    answer,
    describe_heads,
    fit_heads,
    heads_from_plain,
    heads_to_arrays,
    heads_to_plain,
)
from headstart.features.codes import Codes, learn_codes, load_codes
from headstart.features.indicators import Indicators, learn_indicators
from headstart.records import (
    Candidate,
    Card,
    Estimate,
    Prediction,
    Profile,
    Refusal,
    Table,
    Task,
    setting,
)
from headstart.session import Session
from headstart.storage.folders import write_file

CARD = Card(
    name="linear",
    summary="logistic or ridge regression on scaled numbers and one-hot categories",
    kinds=("classification", "regression"),
    modalities=("number", "category", "text", "time", "identifier", "vector"),
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
    heads = fit_heads(design, task, data, settings, session)
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
    heads = heads_from_plain(stored["heads"], arrays)
    return Linear(codes=load_codes(folder), indicators=indicators, heads=heads)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linear:
    """Codes, a design matrix made of them, and the weights for each target."""

    codes: Codes
    indicators: Indicators
    heads: tuple[Head, ...]

    def predict(self, data: Table) -> Prediction:
        return answer(self.heads, self.indicators.blocks(self.codes.matrix(data)))

    def save(self, folder: Path) -> None:
        from safetensors.numpy import save

        self.codes.save(folder)
        arrays = {"means": self.indicators.means, "spreads": self.indicators.spreads}
        arrays |= heads_to_arrays(self.heads)
        write_file(folder / "linear.safetensors", save(arrays))
        document = {
            "gaps": self.indicators.gaps,
            "sizes": self.indicators.sizes,
            "heads": heads_to_plain(self.heads),
        }
        write_file(folder / "linear.json", json.dumps(document))

    def describe(self) -> dict[str, Any]:
        """The penalties that were chosen, and the number of weights."""
        return describe_heads(self.heads)


def _rows_used(rows: int, width: int, seed: int) -> np.ndarray:
    """All rows, or as many at random as fit in memory: far more than a weight each needs."""
    most = max(_MOST_CELLS // (width + 1), 1_000)
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def _design_columns(modality: str, distinct: int) -> int:
    """About how many design columns an input column becomes."""
    if modality == "text":
        return 65
    if modality == "time":
        return 6
    return min(distinct, _MOST_CATEGORIES) + 2 if modality != "number" else 1
