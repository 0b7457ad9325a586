"""`Classifier` and `Regressor`: the winner of a race on the training rows.

They are deterministic for a given `random_state`, because their budget is counted in work units.
Tables below 1,000 rows are fitted in this process; larger ones in worker processes.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from headstart import delivery
from headstart.delivery import Delivered
from headstart.estimators import quick
from headstart.estimators.answering import Classifies, Measures, seed_of
from headstart.estimators.inputs import Examples
from headstart.experiment.arena import MOST_DRAWS
from headstart.experiment.engines.inprocess import InProcessEngine
from headstart.experiment.engines.local import LocalEngine
from headstart.experiment.rungs import MOST_RUNGS
from headstart.protocols import Engine
from headstart.records import Budget
from headstart.storage.folders import fleeting
from headstart.verbs.budget import cores
from headstart.verbs.closing import silent
from headstart.verbs.fitting import answer
from headstart.verbs.request import Request


class Classifier(Classifies):
    """The classifier that wins the race on the training rows.

    Args:
        steps: work units for a race over all rungs; None is a small fixed budget.
        families: who may take part; None is a quick selection. Floors always do.
        metric: what the verdict decides on; None lets the data decide.
        random_state: a whole number or a generator; None is 0.

    Attributes:
        classes_, n_features_in_, feature_names_in_: as scikit-learn has them.
        model_: the delivered model.

    Example:
        >>> from sklearn.datasets import load_iris
        >>> X, y = load_iris(return_X_y=True)
        >>> bool(Classifier().fit(X, y).score(X, y) > 0.9)
        True
    """

    def __init__(
        self,
        *,
        steps: float | None = None,
        families: Sequence[str] | None = None,
        metric: str | None = None,
        random_state: Any = None,
    ) -> None:
        self.steps = steps
        self.families = families
        self.metric = metric
        self.random_state = random_state

    def _trained(self, examples: Examples, answers: np.ndarray, kind: str) -> Delivered:
        return _raced(self, examples, answers, kind)


class Regressor(Measures):
    """The regressor that wins the race on the training rows; arguments as of `Classifier`.

    Example:
        >>> from sklearn.datasets import load_diabetes
        >>> X, y = load_diabetes(return_X_y=True)
        >>> bool(Regressor().fit(X, y).score(X, y) > 0.4)
        True
    """

    def __init__(
        self,
        *,
        steps: float | None = None,
        families: Sequence[str] | None = None,
        metric: str | None = None,
        random_state: Any = None,
    ) -> None:
        self.steps = steps
        self.families = families
        self.metric = metric
        self.random_state = random_state

    def _trained(self, examples: Examples, answers: np.ndarray, kind: str) -> Delivered:
        return _raced(self, examples, answers, kind)


def _raced(estimator: Any, examples: Examples, answers: np.ndarray, kind: str) -> Delivered:
    """The winner of a race in a folder that is gone afterwards; the model stays in memory."""
    small = len(answers) < quick.IN_PROCESS
    engine: Engine = InProcessEngine() if small else LocalEngine(threads=cores())
    with fleeting(), tempfile.TemporaryDirectory(prefix="headstart-") as folder:
        request = _request(estimator, examples, answers, kind, Path(folder) / "run")
        try:
            return delivery.load(answer(request, engine, silent()).settled.folder)
        finally:
            engine.close()


def _request(
    estimator: Any, examples: Examples, answers: np.ndarray, kind: str, out: Path
) -> Request:
    source, target, weight = examples.table(answers)
    rows, inputs = len(answers), examples.columns()
    classes = len(np.unique(answers)) if kind == "classification" else 1
    variants = quick.variants(rows, len(inputs), classes if classes > 2 else 1)
    is_quick = estimator.steps is None
    return Request(
        source=source,
        question={
            "target": target,
            "task": kind,
            "metric": estimator.metric,
            "split": "random",
            "columns": inputs | ({} if weight is None else {weight: "weight"}),
        },
        budget=Budget(steps=quick.steps(rows) if is_quick else estimator.steps),
        began=time.monotonic(),
        families=tuple(quick.FAMILIES if estimator.families is None else estimator.families),
        starts=("scratch",),
        variants=variants if is_quick and estimator.families is None else None,
        most_draws=quick.draws(rows) if is_quick else MOST_DRAWS,
        most_rungs=quick.RUNGS if is_quick else MOST_RUNGS,
        measures=False,
        seed=seed_of(estimator.random_state),
        out=out,
    )
