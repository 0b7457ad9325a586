"""Grow trees on random draws of the rows and columns, and average their answers.

A sturdy first answer on small and noisy tables: it hardly overfits and has little to tune. The
variant `random_forest.extra` also draws the thresholds, which smooths the answer and saves time.

Grown with scikit-learn, kept and walked as plain arrays (`features.forests`).
References: Breiman 2001, "Random Forests"; Geurts, Ernst & Wehenkel 2006, "Extremely Randomized
Trees"; Probst, Wright & Boulesteix 2019, "Hyperparameters and Tuning Strategies for Random Forest",
section 2, for the settings that matter (columns drawn, rows in a leaf).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from headstart.errors import WeightsError, listed
from headstart.features.codes import Codes, learn_codes, load_codes
from headstart.features.forests import Forest, forest_of, tree_of
from headstart.features.targets import class_indices, row_weights, target_numbers
from headstart.processes.libraries import need
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
    Table,
    Task,
    setting,
)
from headstart.records.settings import to_plain
from headstart.session import Session
from headstart.storage.folders import write_file

CARD = Card(
    name="random_forest",
    summary="averaged trees on random draws of rows and columns",
    kinds=("classification", "regression"),
    modalities=("number", "category", "text", "time", "identifier"),
    starts=("FineTune", "Scratch"),
    threads="all",
    when_not="to extrapolate beyond the targets seen, or where the model must be small",
    references=(
        "Breiman 2001, 'Random Forests'",
        "Geurts, Ernst & Wehenkel 2006, 'Extremely Randomized Trees'",
        "Probst, Wright & Boulesteix 2019, 'Hyperparameters and Tuning Strategies for Random "
        "Forest', section 2",
    ),
    no_start=(
        ("Direct", "no forests are published that fit other people's columns"),
        ("Transfer", "a tree has no part that means something for other columns"),
    ),
)
_ROWS_A_ROUND = 50_000
_MOST_ROWS_A_TREE = 200_000
_WATCHED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """None depends on the number of rows and the kind of task."""

    trees: int | None = setting(
        None, "300 below 20,000 rows, 200 below 100,000, 100 above", low=1, high=10_000
    )
    leaf_rows: int | None = setting(
        None, "fewest rows in a leaf: 2, or a ten-thousandth of the rows", low=1, high=10_000
    )
    column_share: float | None = setting(
        None, "columns drawn at a split: the square root for classes, 0.4 for numbers",
        low=0.01, high=1.0,
    )
    extra: bool = setting(False, "draw thresholds as well, from all rows")


def propose(task: Task, profile: Profile) -> list[Candidate] | Refusal:
    return []


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> Grown:
    need("sklearn", wanted_by="the family `random_forest`")
    before = _earlier(candidate.start, task, data, session)
    codes = before.codes if before else learn_codes(data)
    settings = _resolved(candidate.settings, task, len(data), len(codes.names))
    matrix, weights = codes.matrix(data), row_weights(data)
    truth = class_indices(data, task) if task.classes else target_numbers(data, task)
    forests: list[list[Forest]] = [
        [] if before is None else [before.forests[place]] for place in range(len(task.targets))
    ]
    growing = [_estimator(settings, task, len(data), place, session) for place in range(truth.shape[1])]
    batch = max(session.threads, min(10, _ROWS_A_ROUND // max(len(data), 1)))
    assert settings.trees is not None
    rounds = -(-settings.trees // batch)
    for number in session.rounds(rounds, passes=batch * len(growing)):
        for place, estimator in enumerate(growing):
            wanted = min(settings.trees, (number + 1) * batch)
            estimator.set_params(n_estimators=wanted)
            estimator.fit(matrix, truth[:, place], sample_weight=weights)
            classes = len(task.classes[place]) if task.classes else 0
            forests[place] += [
                _plain(tree, estimator, classes, matrix.shape[1])
                for tree in estimator.estimators_[number * batch : wanted]
            ]
        session.report(_loss(forests, matrix[:_WATCHED], truth[:_WATCHED], bool(task.classes)))
    return Grown(
        codes=codes,
        targets=task.targets,
        labels=task.classes,
        forests=tuple(forest_of(trees) for trees in forests),
        settings=to_plain(settings),
        receipt=before.receipt if before else Receipt(),
    )
