"""scikit-learn estimators: the race behind `fit`, `predict` and `predict_proba`.

They are deterministic for a given `random_state`, because their budget is counted in work units.
Tables below 1,000 rows are fitted in this process; larger ones in worker processes.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from headstart.delivery import Delivered
from headstart.errors import DataError
from headstart.experiment.engines.inprocess import InProcessEngine
from headstart.experiment.engines.local import LocalEngine
from headstart.protocols import Engine
from headstart.records import Budget, Column, Numbers, Probabilities, Table
from headstart.verbs.budget import cores
from headstart.verbs.closing import silent
from headstart.verbs.fitting import answer
from headstart.verbs.request import Request

_TARGET = "target"
_ROWS_IN_PROCESS = 1000
_USUAL_STEPS = 300.0
_QUICK_FAMILIES = ("linear", "random_forest", "lightgbm")


class Classifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The classifier that wins the race on the training rows.

    Args:
        steps: work units for the whole race; None is a small fixed budget.
        families: who may take part; None is a quick selection for small tables. Floors always do.
        metric: what the verdict decides on; None lets the data decide.
        random_state: a whole number, or None for 0.

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

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803  # scikit-learn's names
        """Race on rows `X` (n, d) with labels `y` (n,)."""
        X, y = _checked(self, X, y)  # noqa: N806
        check_classification_targets(y)
        self.classes_, indices = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise DataError(f"the target has one class only (`{self.classes_[0]}`).")
        self.model_ = _race(self, X, indices.astype(str), "classification")
        return self

    def predict_proba(self, X: Any) -> np.ndarray:  # noqa: N803
        """Probabilities (n, c), columns in the order of `classes_`."""
        prediction = _asked(self, X)
        assert isinstance(prediction, Probabilities)
        order = [int(label) for label in self.model_.contract.task.classes[0]]
        return prediction.values[0][:, np.argsort(order)]

    def predict(self, X: Any) -> np.ndarray:  # noqa: N803
        """The most probable class of each row."""
        indices = self.predict_proba(X).argmax(axis=1)
        return self.classes_[indices]

    def __sklearn_tags__(self) -> Any:
        return _with_missing_values(super().__sklearn_tags__())


class Regressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """The regressor that wins the race on the training rows; arguments as of `Classifier`."""

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

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803
        """Race on rows `X` (n, d) with numbers `y` (n,)."""
        X, y = _checked(self, X, y)  # noqa: N806
        self.model_ = _race(self, X, np.asarray(y, dtype=np.float64), "regression")
        return self

    def predict(self, X: Any) -> np.ndarray:  # noqa: N803
        """A number for each row."""
        prediction = _asked(self, X)
        assert isinstance(prediction, Numbers)
        return prediction.values[:, 0]

    def __sklearn_tags__(self) -> Any:
        return _with_missing_values(super().__sklearn_tags__())


def _checked(estimator: Any, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:  # noqa: N803
    from sklearn.utils import column_or_1d

    X, y = validate_data(  # noqa: N806
        estimator, X, y, dtype=np.float64, ensure_all_finite="allow-nan", ensure_min_samples=2
    )
    return X, column_or_1d(y, warn=True)


def _race(estimator: Any, X: np.ndarray, y: np.ndarray, kind: str) -> Delivered:  # noqa: N803
    """Fit in a folder that is gone afterwards; the model stays in memory."""
    import pyarrow as pa

    from headstart.delivery import load

    names = [f"x{index}" for index in range(X.shape[1])]
    source = pa.table({**{name: X[:, i] for i, name in enumerate(names)}, _TARGET: y})
    engine: Engine = (
        InProcessEngine() if len(X) < _ROWS_IN_PROCESS else LocalEngine(threads=cores())
    )
    with tempfile.TemporaryDirectory(prefix="headstart-") as folder:
        request = Request(
            source=source,
            question={
                "target": _TARGET,
                "task": kind,
                "metric": estimator.metric,
                "split": "random",
                "columns": dict.fromkeys(names, "number"),
            },
            budget=Budget(steps=_USUAL_STEPS if estimator.steps is None else estimator.steps),
            began=time.monotonic(),
            families=tuple(_QUICK_FAMILIES if estimator.families is None else estimator.families),
            measures=False,
            seed=estimator.random_state if isinstance(estimator.random_state, int) else 0,
            out=Path(folder) / "run",
        )
        try:
            ended = answer(request, engine, silent())
            return load(ended.settled.folder)
        finally:
            engine.close()


def _asked(estimator: Any, X: Any) -> Any:  # noqa: N803
    import pyarrow as pa

    check_is_fitted(estimator, "model_")
    X = validate_data(  # noqa: N806
        estimator, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
    )
    names = [f"x{index}" for index in range(X.shape[1])]
    table = Table(
        columns=tuple(Column(name=name, modality="number") for name in names),
        arrow=pa.table({name: X[:, i] for i, name in enumerate(names)}),
        row_ids=np.arange(len(X)),
    )
    return estimator.model_.predict(table)


def _with_missing_values(tags: Any) -> Any:
    tags.input_tags.allow_nan = True
    return tags
