"""Boost trees that grow leaf by leaf on histograms.

A strong first answer for tables of a few hundred to many millions of rows with mixed columns:
missing values and categories need no preparation, and a fit takes seconds.

Defaults: Holzmüller et al. 2024, "Better by Default", table B.1 (tuned on 118 data sets), apart
from what `Settings` says. `lightgbm.slow` and `lightgbm.shallow` go after Salinas & Erickson 2024,
"TabRepo", whose portfolios hold such variants beside the default.
References: Ke et al. 2017, "LightGBM: A Highly Efficient Gradient Boosting Decision Tree".
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from headstart.errors import WeightsError
from headstart.families.trees._boosted import Boosted, Library, begun, load_boosted
from headstart.families.trees._boosting import Job, Variant, boost, candidates
from headstart.features.codes import Codes
from headstart.features.ensembles import TreeShape
from headstart.features.vectors import Vector
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
    name="lightgbm",
    summary="boosted trees that grow leaf by leaf on histograms",
    spelled="LightGBM",
    kinds=("classification", "regression"),
    modalities=("number", "category", "text", "time", "identifier", "vector"),
    starts=("FineTune", "Scratch"),
    extras=("trees",),
    libraries=("lightgbm",),
    threads="all",
    when_not="to extrapolate beyond the targets seen, or where columns are pixels or samples",
    references=(
        "Ke et al. 2017, 'LightGBM: A Highly Efficient Gradient Boosting Decision Tree'",
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
        None, "step of a round: 0.04 for classes, 0.05 for numbers", low=1e-4, high=1.0
    )
    leaves: int | None = setting(
        None, "leaves of a tree: 50 for classes, 31 for numbers", low=2, high=4096
    )
    leaf_rows: int | None = setting(
        None,
        "fewest rows in a leaf: 40 for classes, but at most 5 % of all; 10 for numbers",
        low=1,
        high=10_000,
    )
    row_share: float | None = setting(
        None, "rows drawn for a tree: 0.75 for classes, 0.7 for numbers", low=0.05, high=1.0
    )
    column_share: float | None = setting(
        None,
        "columns drawn for a tree: all, but of vectors alone about 100 entries",
        low=0.05,
        high=1.0,
    )
    penalty: float | None = setting(
        None, "L2 penalty on the values of leaves: 0 for classes, 10 for numbers", low=0.0, high=1e4
    )
    patience: int = setting(50, "rounds without a better held-out loss before the end", low=1)
    held_out: float = setting(0.2, "share of rows held out to find the end", low=0.05, high=0.5)
    refit_below: int = setting(20_000, "fewer rows are fitted once more on all of them", low=0)


_SMALL = 5_000
_LARGE = 2_000
_ENTRIES_OF_A_TREE, _LEAST_SHARE = 100, 0.1


def propose(task: Task, profile: Profile) -> list[Candidate] | Refusal:
    return candidates(CARD, task, profile, _variants(profile.rows))


def _variants(rows: int) -> list[Variant]:
    variants = [
        Variant(
            name="lightgbm",
            settings=Settings(),
            because=(
                f"{rows:,} rows of columns: boosted trees with tuned defaults are the strongest "
                "quick answer there (Holzmüller et al. 2024)"
            ),
            rounds=400,
            cell=4e-9,
            tree=2e-3,
        )
    ]
    if rows < _SMALL:
        variants.append(
            Variant(
                name="lightgbm.shallow",
                settings=Settings(learning_rate=0.05, leaves=8, leaf_rows=10, column_share=0.7),
                because=(
                    f"{rows:,} rows, fewer than {_SMALL:,}: small trees on a part of the columns "
                    "overfit less (Hastie et al. 2009, section 10.11)"
                ),
                rounds=400,
                cell=3e-9,
                tree=4e-4,
            )
        )
    if rows >= _LARGE:
        variants.append(
            Variant(
                name="lightgbm.slow",
                settings=Settings(learning_rate=0.02, rounds=6000, patience=100, column_share=0.7),
                because=(
                    f"{rows:,} rows, at least {_LARGE:,}: smaller steps and drawn columns gain a "
                    "little for several times the time (Hastie et al. 2009, section 10.12)"
                ),
                rounds=1500,
                cell=3e-9,
                tree=2e-3,
            )
        )
    return variants


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> Boosted:
    model = begun(_LIBRARY, candidate.start, task, data, session)
    share = share_of_columns(model.codes)
    settings = _resolved(candidate.settings, len(data), bool(task.classes), share)
    return boost(lambda job: _grow(settings, session, job), settings, task, data, session, model)


def load(folder: Path) -> Boosted:
    return load_boosted(folder, _LIBRARY)


def share_of_columns(codes: Codes) -> float:
    """All columns; where there are only vectors, about a hundred entries of them.

    Entries of a frozen encoder's vector repeat one another: on 384 of them, 256 and 1,000
    sentences and 256 reviews, a quarter for each tree told classes apart as well as all and took a
    third of the time.
    """
    if not all(isinstance(part, Vector) for part in codes.parts):
        return 1.0
    return min(1.0, max(_LEAST_SHARE, _ENTRIES_OF_A_TREE / max(len(codes.names), 1)))


def _resolved(settings: Settings, rows: int, is_classes: bool, share: float) -> Settings:
    settings = filled(settings, column_share=share)
    if is_classes:
        most = max(2, min(40, rows // 20))
        return filled(
            settings, learning_rate=0.04, leaves=50, leaf_rows=most, row_share=0.75, penalty=0.0
        )
    return filled(
        settings, learning_rate=0.05, leaves=31, leaf_rows=10, row_share=0.7, penalty=10.0
    )


def _library() -> Any:
    return need_lean("lightgbm", wanted_by="the family `lightgbm`")


def _grow(settings: Settings, session: Session, job: Job) -> Any:
    """A booster of LightGBM, cut at its best round where rows are held out."""
    lightgbm = _library()
    learn = _dataset(lightgbm, job, job.learn)
    watched = learn if job.check is None else _dataset(lightgbm, job, job.check, learn)

    def after_round(state: Any) -> None:
        loss = float(state.evaluation_result_list[0][2])
        if not job.pace.goes_on(loss):
            raise lightgbm.callback.EarlyStopException(job.pace.rounds - 1, [])

    booster = lightgbm.train(
        _parameters(settings, session, job),
        learn,
        num_boost_round=job.rounds,
        valid_sets=[watched],
        init_model=job.before,
        callbacks=[after_round],
    )
    earlier_rounds = job.before.current_iteration() if job.before is not None else 0
    kept = job.pace.rounds if job.check is None else job.pace.best_round
    text = booster.model_to_string(num_iteration=earlier_rounds + kept)
    return lightgbm.Booster(model_str=text)


def _dataset(lightgbm: Any, job: Job, examples: Any, reference: Any = None) -> Any:
    flagged = [place for place, is_code in enumerate(job.codes.categorical) if is_code]
    return lightgbm.Dataset(
        examples.matrix,
        label=examples.labels,
        weight=examples.weights,
        categorical_feature=flagged,
        reference=reference,
        params={"verbosity": -1, "max_bin": 255},
    )


def _parameters(settings: Settings, session: Session, job: Job) -> dict[str, Any]:
    return {
        **_objective(len(job.outcome.present)),
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.leaf_rows,
        "min_sum_hessian_in_leaf": 1e-7,
        "bagging_fraction": settings.row_share,
        "bagging_freq": 1,
        "feature_fraction": settings.column_share,
        "lambda_l2": settings.penalty,
        "max_bin": 255,
        "seed": session.seed,
        "num_threads": session.threads,
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
    }


def _objective(classes: int) -> dict[str, Any]:
    if not classes:
        return {"objective": "regression", "metric": "rmse"}
    if classes == 2:
        return {"objective": "binary", "metric": "binary_logloss"}
    return {"objective": "multiclass", "metric": "multi_logloss", "num_class": classes}


def _answer(member: Any, matrix: np.ndarray, codes: Codes) -> np.ndarray:
    return np.asarray(member.predict(matrix))


def _rounds(member: Any) -> int:
    return int(member.current_iteration())


def _shape(member: Any) -> TreeShape:
    """Counted in the model's own text, which lists the children of each tree's splits."""
    trees, depth, splits, leaves = 0, 0, 0, 0
    for section in member.model_to_string().split("\nTree=")[1:]:
        lines = dict(line.partition("=")[::2] for line in section.splitlines())
        trees += 1
        leaves += int(lines["num_leaves"])
        splits += int(lines["num_leaves"]) - 1
        if int(lines["num_leaves"]) > 1:
            depth = max(depth, _depth(lines["left_child"], lines["right_child"]))
    return TreeShape(trees=trees, depth=depth, splits=splits, leaves=leaves, values=leaves)


def _depth(left: str, right: str) -> int:
    """Splits on the longest way; a split stands before those below it, leaves are negative.

    Example:
        >>> _depth("1 -1", "-2 -3")
        2
    """
    children = list(zip(map(int, left.split()), map(int, right.split()), strict=True))
    levels = [1] * len(children)
    for place, pair in enumerate(children):
        for child in pair:
            if child > place:
                levels[child] = levels[place] + 1
    return max(levels)


def _write(member: Any, path: Path) -> None:
    write_file(path, member.model_to_string())


def _read(path: Path) -> Any:
    """
    Raises:
        WeightsError: the file was cut off; the library itself would go on with fewer trees.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    if "\nend of trees" not in text:
        raise WeightsError(f"`{path}` is no whole LightGBM model.", "Copy the folder again.")
    return _library().Booster(model_str=text)


_LIBRARY = Library(
    answer=_answer,
    rounds=_rounds,
    shape=_shape,
    grows="a tree leaf by leaf",
    write=_write,
    read=_read,
    suffix="txt",
)
