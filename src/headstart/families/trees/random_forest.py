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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from headstart.errors import WeightsError, listed
from headstart.families.trees._growing import Growing
from headstart.features.codes import Codes, learn_codes, load_codes, matrix_columns
from headstart.features.ensembles import TreeShape, described_trees
from headstart.features.forests import Forest
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
from headstart.records.settings import filled, to_plain
from headstart.session import Session
from headstart.storage.folders import write_file

CARD = Card(
    name="random_forest",
    summary="averaged trees on random draws of rows and columns",
    kinds=("classification", "regression"),
    modalities=("number", "category", "text", "time", "identifier", "vector"),
    starts=("FineTune", "Scratch"),
    libraries=("sklearn.ensemble",),
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
        None,
        "columns drawn at a split: the square root for classes, 0.4 for numbers",
        low=0.01,
        high=1.0,
    )
    extra: bool = setting(False, "draw thresholds as well, from all rows")


def propose(task: Task, profile: Profile) -> list[Candidate] | Refusal:
    if task.kind not in CARD.kinds:
        return Refusal(family=CARD.name, because=f"it has no answer for {task.kind}")
    inputs = [column for column in profile.inputs() if column.modality in CARD.modalities]
    if not inputs:
        return Refusal(family=CARD.name, because="no input column is a number, category or text")
    width = sum(matrix_columns(each.modality, each.distinct) for each in inputs)
    plain, extra = Settings(), Settings(extra=True)
    return [
        Candidate(
            name="random_forest",
            family=CARD.name,
            settings=plain,
            because=(
                f"{profile.rows:,} rows and {width} columns: forests do well without tuning and "
                "hardly overfit small sets (Probst et al. 2019)"
            ),
            estimate=_estimate(plain, profile.rows, width, task),
        ),
        Candidate(
            name="random_forest.extra",
            family=CARD.name,
            settings=extra,
            because=(
                f"{profile.rows:,} rows: drawn thresholds give smoother answers for less time "
                "(Geurts et al. 2006)"
            ),
            estimate=_estimate(extra, profile.rows, width, task),
        ),
    ]


def _estimate(settings: Settings, rows: int, width: int, task: Task) -> Estimate:
    """Seconds on two cores; megabytes of the nodes and the matrix."""
    resolved = _resolved(settings, rows, width, bool(task.classes))
    assert resolved.trees
    assert resolved.leaf_rows
    assert resolved.column_share
    asked = max(1.0, resolved.column_share * width)
    used = min(rows, _MOST_ROWS_A_TREE)
    per_tree = used * max(1.0, np.log2(used + 1) - 1) * asked * (5e-9 if settings.extra else 2e-8)
    answers = sum(len(names) for names in task.classes) or len(task.targets)
    nodes = resolved.trees * len(task.targets) * used / resolved.leaf_rows
    return Estimate(
        seconds=round(0.5 + resolved.trees * len(task.targets) * (per_tree + 2e-3), 2),
        megabytes=round(150 + 8e-6 * rows * width + nodes * (16 + 8 * answers) * 2e-6, 1),
    )


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> Grown:
    before = _earlier(candidate, task, data, session)
    codes = before.codes if before else learn_codes(data)
    settings = _resolved(candidate.settings, len(data), len(codes.names), bool(task.classes))
    matrix = _matrix(codes, data)
    truth = class_indices(data, task) if task.classes else target_numbers(data, task)
    growing = [
        Growing(
            estimator=_estimator(settings, len(data), bool(task.classes), session),
            matrix=matrix,
            truth=truth[:, place],
            weights=row_weights(data),
            classes=len(task.classes[place]) if task.classes else 0,
            before=before.forests[place] if before else None,
        )
        for place in range(len(task.targets))
    ]
    assert settings.trees is not None
    batch = max(session.threads, min(10, _ROWS_A_ROUND // max(len(data), 1)))
    for number in session.rounds(-(-settings.trees // batch), passes=batch * len(growing)):
        losses = [each.grow(min(settings.trees, (number + 1) * batch)) for each in growing]
        session.report(float(np.mean(losses)))
    return Grown(
        codes=codes,
        labels=task.classes,
        forests=tuple(each.forest() for each in growing),
        settings=to_plain(settings),
        receipt=codes.receipt(data) if before else Receipt(),
    )


def load(folder: Path) -> Grown:
    from safetensors.numpy import load_file

    if not (folder / "forest.json").is_file():
        found = listed(sorted(path.name for path in folder.iterdir()))
        raise WeightsError(f"`{folder}` holds no forest; it holds {found or 'nothing'}.")
    stored = json.loads((folder / "forest.json").read_text())
    arrays = load_file(folder / "forest.safetensors")
    forests = tuple(
        Forest(**{name: arrays[f"{place}.{name}"] for name in Forest.__slots__})
        for place in range(stored["targets"])
    )
    return Grown(
        codes=load_codes(folder),
        labels=tuple(tuple(names) for names in stored["labels"]),
        forests=forests,
        settings=stored["settings"],
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grown:
    """A forest for each target, with the codes that feed them."""

    codes: Codes
    labels: tuple[tuple[str, ...], ...]
    forests: tuple[Forest, ...]
    settings: dict[str, Any]
    receipt: Receipt = Receipt()

    def predict(self, data: Table) -> Prediction:
        matrix, threads = _matrix(self.codes, data), os.cpu_count() or 1
        answers = [forest.predict(matrix, threads) for forest in self.forests]
        if not self.labels:
            return Numbers(values=np.concatenate(answers, axis=1))
        return Probabilities(
            values=tuple(answer / answer.sum(axis=1, keepdims=True) for answer in answers)
        )

    def save(self, folder: Path) -> None:
        from safetensors.numpy import save

        self.codes.save(folder)
        arrays = {
            f"{place}.{name}": getattr(forest, name)
            for place, forest in enumerate(self.forests)
            for name in Forest.__slots__
        }
        write_file(folder / "forest.safetensors", save(arrays))
        document = {
            "targets": len(self.forests),
            "labels": self.labels,
            "settings": self.settings,
        }
        write_file(folder / "forest.json", json.dumps(document))

    def describe(self) -> dict[str, Any]:
        """Settings as resolved, trees of each target, and an earlier model's columns."""
        trees = [len(forest.roots) - 1 for forest in self.forests]
        names = [f"target {place}" for place in range(len(trees))]
        shapes = [_shape(forest) for forest in self.forests]
        outputs = [forest.answers.shape[1] for forest in self.forests]
        drawn = "rows, columns and thresholds" if self.settings["extra"] else "rows and columns"
        loss = "class shares (Gini)" if self.labels else "squared error"
        return {
            "settings": self.settings,
            "trees": trees,
            "receipt": self.receipt,
            "learning_rule": (
                f"averaging trees that were grown apart on random {drawn}; each split is the best "
                f"found for the {loss}"
            ),
            "nonlinearities": ["threshold"],
            **described_trees("averaged trees", names, shapes, outputs),
        }


def _shape(forest: Forest) -> TreeShape:
    leaves = len(forest.answers)
    return TreeShape(
        trees=len(forest.roots) - 1,
        depth=forest.depth(),
        splits=len(forest.nodes) - leaves,
        leaves=leaves,
        values=forest.answers.size,
    )


def _matrix(codes: Codes, data: Table) -> np.ndarray:
    """The matrix of codes; without any column, one that says nothing."""
    matrix = codes.matrix(data)
    return matrix if matrix.shape[1] else np.zeros((len(data), 1), dtype=np.float32)


def _earlier(candidate: Candidate, task: Task, data: Table, session: Session) -> Grown | None:
    """The forest to go on from, or None.

    Raises:
        WeightsError: it was grown for other classes or another number of targets.
    """
    if not isinstance(candidate.start, FineTune):
        return None
    name = candidate.start.checkpoints[0]
    model = load(session.checkpoints[name])
    if model.labels != task.classes or len(model.forests) != len(task.targets):
        theirs = [listed(names) for names in model.labels] or ["numbers"]
        ours = [listed(names) for names in task.classes] or ["numbers"]
        raise WeightsError(
            f"`{name}` answers with {'; '.join(theirs)}; this task asks for {'; '.join(ours)}.",
            "Trees cannot be given other classes: start from scratch instead.",
        )
    return model


def _resolved(settings: Settings, rows: int, columns: int, is_classes: bool) -> Settings:
    return filled(
        settings,
        trees=300 if rows < 20_000 else 200 if rows < 100_000 else 100,
        leaf_rows=max(2, rows // 10_000),
        column_share=min(1.0, columns**-0.5) if is_classes and columns else 0.4,
    )


def _estimator(settings: Settings, rows: int, is_classes: bool, session: Session) -> Any:
    """A forest of scikit-learn that has no trees yet."""
    ensemble = need("sklearn.ensemble", wanted_by="the family `random_forest`")
    kind = "ExtraTrees" if settings.extra else "RandomForest"
    is_drawn = not settings.extra or rows > _MOST_ROWS_A_TREE
    return getattr(ensemble, kind + ("Classifier" if is_classes else "Regressor"))(
        min_samples_leaf=settings.leaf_rows,
        max_features=settings.column_share,
        bootstrap=is_drawn,
        max_samples=min(rows, _MOST_ROWS_A_TREE) if is_drawn else None,
        random_state=session.seed % 2**32,
        n_jobs=session.threads,
        warm_start=True,
    )
