"""What all estimators do alike: check and read, answer, and say what they can take.

An estimator adds its constructor and `_trained(examples, answers, kind) -> Delivered`.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from headstart.errors import DataError
from headstart.estimators.inputs import asked_for, learned_from
from headstart.estimators.keeping import packed, unpacked
from headstart.metrics import predicted_labels
from headstart.records import Numbers, Probabilities


class Classifies(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Answers with classes and their probabilities."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:  # noqa: N803  # scikit-learn's names
        """Learn from rows `X` (n, d) with labels `y` (n,) and weights (n,)."""
        examples = learned_from(self, X, y, sample_weight)
        check_classification_targets(examples.y)
        self.classes_, indices = np.unique(examples.y, return_inverse=True)
        if len(self.classes_) < 2:
            raise DataError(
                f"the target has one class only (`{self.classes_[0]}`).",
                "A classifier needs rows of at least two.",
            )
        self.model_ = self._trained(examples, indices.astype(str), "classification")
        return self

    def predict_proba(self, X: Any) -> np.ndarray:  # noqa: N803
        """Probabilities (n, c), columns in the order of `classes_`."""
        return self._answered(X).values[0]

    def predict(self, X: Any) -> np.ndarray:  # noqa: N803
        """The class of each row: the most probable one, unless the metric asks for another."""
        places = predicted_labels(self._answered(X))[:, 0]
        return np.asarray(self.classes_[places])

    def _answered(self, X: Any) -> Probabilities:  # noqa: N803
        """The model's answer with its classes in the order of `classes_`."""
        check_is_fitted(self, "model_")
        prediction = self.model_.predict(asked_for(self, X))
        assert isinstance(prediction, Probabilities)
        order = np.argsort([int(label) for label in self.model_.contract.task.classes[0]])
        weights = prediction.class_weights
        return Probabilities(
            values=(prediction.values[0][:, order],),
            class_weights=None if weights is None else (weights[0][order],),
        )

    def __sklearn_tags__(self) -> Any:
        return _with_gaps(super().__sklearn_tags__())

    def __getstate__(self) -> dict[str, Any]:
        return packed(super().__getstate__())

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(unpacked(state))


class Measures(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Answers with numbers."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:  # noqa: N803
        """Learn from rows `X` (n, d) with numbers `y` (n,) and weights (n,)."""
        examples = learned_from(self, X, y, sample_weight)
        numbers = np.asarray(examples.y, dtype=np.float64)
        self.model_ = self._trained(examples, numbers, "regression")
        return self

    def predict(self, X: Any) -> np.ndarray:  # noqa: N803
        """A number for each row."""
        check_is_fitted(self, "model_")
        prediction = self.model_.predict(asked_for(self, X))
        assert isinstance(prediction, Numbers)
        return prediction.values[:, 0]

    def __sklearn_tags__(self) -> Any:
        return _with_gaps(super().__sklearn_tags__())

    def __getstate__(self) -> dict[str, Any]:
        return packed(super().__getstate__())

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(unpacked(state))


def seed_of(random_state: Any) -> int:
    """A seed: None is 0, so that an estimator always gives the same answer.

    Example:
        >>> seed_of(None), seed_of(7), seed_of(np.int64(7))
        (0, 7, 7)
    """
    from sklearn.utils import check_random_state

    if random_state is None:
        return 0
    if isinstance(random_state, int | np.integer):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))


def _with_gaps(tags: Any) -> Any:
    tags.input_tags.allow_nan = True
    return tags
