"""Boost symmetric trees, with categories turned into statistics of the target row by row.

The strongest of the boosters with its defaults where categories have many values, and the slowest
to fit.

Defaults: Holzmüller et al. 2024, "Better by Default", table B.1 (tuned on 118 data sets), apart
from what `Settings` says.
References: Prokhorenkova et al. 2018, "CatBoost: Unbiased Boosting with Categorical Features".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from headstart.families.trees._boosted import Boosted, Library, begun, load_boosted
from headstart.families.trees._boosting import Examples, Job, Variant, boost, candidates
from headstart.features.codes import Codes, learn_codes
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

CARD = Card(
    name="catboost",
    summary="boosted symmetric trees with target statistics for categories",
    spelled="CatBoost",
    kinds=("classification", "regression"),
    modalities=("number", "category", "text", "time", "identifier", "vector"),
    starts=("FineTune", "Scratch"),
    extras=("trees",),
    libraries=("catboost",),
    threads="all",
    when_not="to extrapolate beyond the targets seen, or where seconds count",
    references=(
        "Prokhorenkova et al. 2018, 'CatBoost: Unbiased Boosting with Categorical Features'",
        "Holzmüller et al. 2024, 'Better by Default', table B.1 for the defaults",
    ),
    no_start=(
        ("Direct", "no boosted trees are published that fit other people's columns"),
        ("Transfer", "a tree has no part that means something for other columns"),
    ),
)
_MOST_CATEGORIES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Tuned defaults; None depends on the kind of task."""

    rounds: int = setting(1500, "most boosting rounds", low=1, high=100_000)
    learning_rate: float | None = setting(
        None, "step of a round: 0.08 for classes, 0.09 for numbers", low=1e-4, high=1.0
    )
    depth: int | None = setting(
        None, "levels of a tree: 7 for classes, 9 for numbers", low=1, high=16
    )
    row_share: float = setting(0.9, "rows drawn for a tree", low=0.05, high=1.0)
    penalty: float = setting(1e-5, "L2 penalty on the values of leaves", low=0.0, high=1e4)
    noise: float | None = setting(
        None, "noise on the scores of splits: 0.8 for classes, 0 for numbers", low=0.0, high=10.0
    )
    one_hot: int | None = setting(
        None, "categories with at most so many values are one-hot: 15, numbers 20", low=2, high=255
    )
    leaf_steps: int | None = setting(
        None, "steps to find the values of leaves: 1 for classes, 20 for numbers", low=1, high=100
    )
    patience: int = setting(50, "rounds without a better held-out loss before the end", low=1)
    held_out: float = setting(0.2, "share of rows held out to find the end", low=0.05, high=0.5)
    refit_below: int = setting(20_000, "fewer rows are fitted once more on all of them", low=0)


_SMALL = 5_000


def propose(task: Task, profile: Profile) -> list[Candidate] | Refusal:
    return candidates(CARD, task, profile, _variants(profile))


def _variants(profile: Profile) -> list[Variant]:
    rows = profile.rows
    widest = max((each.distinct for each in profile.inputs("category")), default=0)
    categories = f", up to {widest:,} values in a category" if widest else ""
    variants = [
        Variant(
            name="catboost",
            settings=Settings(),
            because=(
                f"{rows:,} rows{categories}: ordered target statistics use categories best, and "
                "symmetric trees overfit little (Prokhorenkova et al. 2018)"
            ),
            rounds=400,
            cell=2e-8,
            tree=3e-3,
        )
    ]
    if rows < _SMALL:
        variants.append(
            Variant(
                name="catboost.shallow",
                settings=Settings(learning_rate=0.05, depth=4, penalty=3.0, leaf_steps=1),
                because=(
                    f"{rows:,} rows, fewer than {_SMALL:,}: trees of depth 4 with a penalty "
                    "overfit less (Hastie et al. 2009, section 10.11)"
                ),
                rounds=500,
                cell=2e-8,
                tree=1e-3,
            )
        )
    return variants


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> Boosted:
    settings = _resolved(candidate.settings, bool(task.classes))
    learn = partial(learn_codes, most_categories=_MOST_CATEGORIES)
    model = begun(_LIBRARY, candidate.start, task, data, session, learn=learn)
    return boost(lambda job: _grow(settings, session, job), settings, task, data, session, model)


def load(folder: Path) -> Boosted:
    return load_boosted(folder, _LIBRARY)


def _resolved(settings: Settings, is_classes: bool) -> Settings:
    if is_classes:
        return filled(settings, learning_rate=0.08, depth=7, noise=0.8, one_hot=15, leaf_steps=1)
    return filled(settings, learning_rate=0.09, depth=9, noise=0.0, one_hot=20, leaf_steps=20)


def _library() -> Any:
    return need_lean("catboost", wanted_by="the family `catboost`")


@dataclass(frozen=True, slots=True)
class _AfterRound:
    """The callback that CatBoost asks after each round; False ends the fit."""

    job: Job

    def after_iteration(self, info: Any) -> bool:
        watched = info.metrics["learn" if self.job.check is None else "validation"]
        return self.job.pace.goes_on(float(next(iter(watched.values()))[-1]))


def _grow(settings: Settings, session: Session, job: Job) -> Any:
    """A model of CatBoost, cut at its best round where rows are held out."""
    catboost = _library()
    learn = _pool(catboost, job.codes, job.learn.matrix, job.learn)
    check = None if job.check is None else _pool(catboost, job.codes, job.check.matrix, job.check)
    model = catboost.CatBoost(_parameters(settings, session, job))
    model.fit(learn, eval_set=check, init_model=job.before, callbacks=[_AfterRound(job)])
    first = 0 if job.before is None else job.before.tree_count_
    if job.check is not None:
        model.shrink(first + job.pace.best_round)
    return model


def _pool(catboost: Any, codes: Codes, matrix: np.ndarray, examples: Examples | None = None) -> Any:
    """Numbers as float32, codes as bytes: the form that CatBoost takes without pandas."""
    is_code = np.array(codes.categorical, dtype=bool)
    features = catboost.FeaturesData(
        num_feature_data=np.ascontiguousarray(matrix[:, ~is_code]) if not is_code.all() else None,
        cat_feature_data=_as_bytes(matrix[:, is_code]) if is_code.any() else None,
    )
    if examples is None:
        return catboost.Pool(features)
    return catboost.Pool(features, label=examples.labels, weight=examples.weights)


def _as_bytes(columns: np.ndarray) -> np.ndarray:
    """Codes as objects b"0", b"1", ...; missing is b"-1"."""
    places = np.where(np.isnan(columns), -1, columns).astype(np.int64) + 1
    names = np.array([b"%d" % code for code in range(-1, int(places.max(initial=0)))], dtype=object)
    return names[places]


def _parameters(settings: Settings, session: Session, job: Job) -> dict[str, Any]:
    classes = len(job.outcome.present)
    return {
        "loss_function": "RMSE" if not classes else "Logloss" if classes == 2 else "MultiClass",
        **({"classes_count": classes} if classes > 2 else {}),
        "iterations": job.rounds,
        "learning_rate": settings.learning_rate,
        "depth": settings.depth,
        "l2_leaf_reg": settings.penalty,
        "random_strength": settings.noise,
        "one_hot_max_size": settings.one_hot,
        "leaf_estimation_iterations": settings.leaf_steps,
        "boosting_type": "Plain",
        "bootstrap_type": "Bernoulli",
        "subsample": settings.row_share,
        "border_count": 254,
        "random_seed": session.seed,
        "thread_count": session.threads,
        "use_best_model": False,
        "logging_level": "Silent",
        "allow_writing_files": False,
    }


def _answer(member: Any, matrix: np.ndarray, codes: Codes) -> np.ndarray:
    kind = "RawFormulaVal" if member.classes_ is None or not len(member.classes_) else "Probability"
    return np.asarray(member.predict(_pool(_library(), codes, matrix), prediction_type=kind))


def _rounds(member: Any) -> int:
    return int(member.tree_count_)


def _shape(member: Any) -> TreeShape:
    """Trees are symmetric: all splits of a level are one, so 2^depth leaves have depth splits."""
    counts = [int(count) for count in member.get_tree_leaf_counts()]
    depths = [count.bit_length() - 1 for count in counts]
    return TreeShape(
        trees=len(counts),
        depth=max(depths, default=0),
        splits=sum(depths),
        leaves=sum(counts),
        values=len(member.get_leaf_values()),
    )


def _write(member: Any, path: Path) -> None:
    member.save_model(str(path), format="cbm")


def _read(path: Path) -> Any:
    return _library().CatBoost().load_model(str(path))


_LIBRARY = Library(
    answer=_answer,
    rounds=_rounds,
    shape=_shape,
    grows="a symmetric tree",
    write=_write,
    read=_read,
    suffix="cbm",
)
