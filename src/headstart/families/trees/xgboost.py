"""Boost trees level by level, with second-order steps.

Much like `lightgbm`, with trees of a fixed depth: a little slower, and different enough for the two
to be worth comparing and blending.

Defaults: Holzmüller et al. 2024, "Better by Default", table B.1 (tuned on 118 data sets), apart
from what `Settings` says.
References: Chen & Guestrin 2016, "XGBoost: A Scalable Tree Boosting System".
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from headstart.families.trees._boosted import Boosted, Library, begun, load_boosted
from headstart.families.trees._boosting import Examples, Job, Variant, boost, candidates
from headstart.features.codes import Codes
from headstart.features.ensembles import TreeShape
from headstart.processes.libraries import need_lean
from headstart.records import (
    Candidate,
    Card,
    Profile,
    Refusal,
    Table,
    Task,
    setting,
)
from headstart.records.settings import filled
from headstart.session import Session
from headstart.storage.folders import write_file

CARD = Card(
    name="xgboost",
    summary="boosted trees of a fixed depth, with second-order steps",
    spelled="XGBoost",
    kinds=("classification", "regression"),
    modalities=("number", "category", "text", "time", "identifier", "vector"),
    starts=("FineTune", "Scratch"),
    extras=("trees",),
    libraries=("xgboost",),
    threads="all",
    when_not="to extrapolate beyond the targets seen, or where columns are pixels or samples",
    references=(
        "Chen & Guestrin 2016, 'XGBoost: A Scalable Tree Boosting System'",
        "Holzmüller et al. 2024, 'Better by Default', table B.1 for the defaults",
    ),
    no_start=(
        ("Direct", "no boosted trees are published that fit other people's columns"),
        ("Transfer", "a tree has no part that means something for other columns"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Tuned defaults; None depends on the kind of task."""

    rounds: int = setting(2000, "most boosting rounds", low=1, high=100_000)
    learning_rate: float | None = setting(
        None, "step of a round: 0.08 for classes, 0.05 for numbers", low=1e-4, high=1.0
    )
    depth: int | None = setting(
        None, "levels of a tree: 6 for classes, 9 for numbers", low=1, high=16
    )
    leaf_weight: float | None = setting(
        None, "least second-order weight of a leaf: 5e-6 for classes, 2 for numbers", low=0.0
    )
    row_share: float | None = setting(
        None, "rows drawn for a tree: 0.65 for classes, 0.7 for numbers", low=0.05, high=1.0
    )
    column_share: float | None = setting(
        None, "columns drawn for a level: 0.9 for classes, all for numbers", low=0.05, high=1.0
    )
    penalty: float | None = setting(
        None, "L2 penalty on the values of leaves: 0 for classes, 0 for numbers", low=0.0, high=1e4
    )
    patience: int = setting(50, "rounds without a better held-out loss before the end", low=1)
    held_out: float = setting(0.2, "share of rows held out to find the end", low=0.05, high=0.5)
    refit_below: int = setting(20_000, "fewer rows are fitted once more on all of them", low=0)


_SMALL = 5_000


def propose(task: Task, profile: Profile) -> list[Candidate] | Refusal:
    return candidates(CARD, task, profile, _variants(profile.rows))


def _variants(rows: int) -> list[Variant]:
    variants = [
        Variant(
            name="xgboost",
            settings=Settings(),
            because=(
                f"{rows:,} rows of columns: boosted trees with tuned defaults lead there "
                "(Holzmüller et al. 2024), and two libraries differ enough to compare"
            ),
            rounds=300,
            cell=8e-9,
            tree=2e-3,
        )
    ]
    if rows < _SMALL:
        variants.append(
            Variant(
                name="xgboost.shallow",
                settings=Settings(
                    learning_rate=0.05, depth=3, leaf_weight=1.0, penalty=1.0, column_share=0.7
                ),
                because=(
                    f"{rows:,} rows, fewer than {_SMALL:,}: trees of depth 3 with a penalty "
                    "overfit less (Hastie et al. 2009, section 10.11)"
                ),
                rounds=400,
                cell=6e-9,
                tree=5e-4,
            )
        )
    return variants


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> Boosted:
    settings = _resolved(candidate.settings, bool(task.classes))
    model = begun(_LIBRARY, candidate.start, task, data, session)
    return boost(lambda job: _grow(settings, session, job), settings, task, data, session, model)


def load(folder: Path) -> Boosted:
    return load_boosted(folder, _LIBRARY)


def _resolved(settings: Settings, is_classes: bool) -> Settings:
    if is_classes:
        return filled(
            settings,
            learning_rate=0.08,
            depth=6,
            leaf_weight=5e-6,
            row_share=0.65,
            column_share=0.9,
            penalty=0.0,
        )
    return filled(
        settings,
        learning_rate=0.05,
        depth=9,
        leaf_weight=2.0,
        row_share=0.7,
        column_share=1.0,
        penalty=0.0,
    )


def _library() -> Any:
    return need_lean("xgboost", wanted_by="the family `xgboost`")


def _grow(settings: Settings, session: Session, job: Job) -> Any:
    """A booster of XGBoost, cut at its best round where rows are held out."""
    xgboost = _library()
    learn = _dataset(xgboost, job, job.learn, session)
    watched = learn if job.check is None else _dataset(xgboost, job, job.check, session, learn)
    booster = xgboost.Booster(_parameters(settings, session, job), [learn, watched])
    if job.before is not None:
        booster.load_model(job.before.save_raw("ubj"))
        booster.set_param(_parameters(settings, session, job))
    first = booster.num_boosted_rounds()
    for number in range(first, first + job.rounds):
        booster.update(learn, number)
        loss = float(booster.eval(watched).rpartition(":")[2])
        if not job.pace.goes_on(loss):
            break
    return booster if job.check is None else booster[: first + job.pace.best_round]


def _dataset(
    xgboost: Any, job: Job, examples: Examples, session: Session, reference: Any = None
) -> Any:
    return xgboost.QuantileDMatrix(
        examples.matrix,
        label=examples.labels,
        weight=examples.weights,
        feature_types=["c" if is_code else "q" for is_code in job.codes.categorical],
        enable_categorical=True,
        ref=reference,
        nthread=session.threads,
    )


def _parameters(settings: Settings, session: Session, job: Job) -> dict[str, Any]:
    return {
        **_objective(len(job.outcome.present)),
        "tree_method": "hist",
        "learning_rate": settings.learning_rate,
        "max_depth": settings.depth,
        "min_child_weight": settings.leaf_weight,
        "subsample": settings.row_share,
        "colsample_bylevel": settings.column_share,
        "reg_lambda": settings.penalty,
        "seed": session.seed,
        "nthread": session.threads,
        "verbosity": 0,
    }


def _objective(classes: int) -> dict[str, Any]:
    if not classes:
        return {"objective": "reg:squarederror", "eval_metric": "rmse"}
    if classes == 2:
        return {"objective": "binary:logistic", "eval_metric": "logloss"}
    return {"objective": "multi:softprob", "eval_metric": "mlogloss", "num_class": classes}


def _answer(member: Any, matrix: np.ndarray, codes: Codes) -> np.ndarray:
    return np.asarray(member.inplace_predict(matrix, validate_features=False))


def _rounds(member: Any) -> int:
    return int(member.num_boosted_rounds())


def _shape(member: Any) -> TreeShape:
    """Counted in the library's own drawing: a line a node, indented by its depth."""
    dumped = member.get_dump()
    lines = [line for tree in dumped for line in tree.splitlines()]
    leaves = sum("leaf=" in line for line in lines)
    return TreeShape(
        trees=len(dumped),
        depth=max((len(line) - len(line.lstrip("\t")) for line in lines), default=0),
        splits=len(lines) - leaves,
        leaves=leaves,
        values=leaves,
    )


def _write(member: Any, path: Path) -> None:
    write_file(path, bytes(member.save_raw("ubj")))


def _read(path: Path) -> Any:
    return _library().Booster(model_file=str(path))


_LIBRARY = Library(
    answer=_answer,
    rounds=_rounds,
    shape=_shape,
    grows="a tree level by level",
    write=_write,
    read=_read,
    suffix="ubj",
)
