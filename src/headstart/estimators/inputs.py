"""Arrays and frames become tables: the rows to learn from, and the rows to answer for.

Arrays, and frames of numbers alone, are read as scikit-learn reads them; their columns are called
x0, x1, ... inside. Other frames are read as `fit` reads a file, and their columns keep their names.

A weight is what scikit-learn's definition makes of it: a row of weight 2 is that row twice, a row
of weight 0 is not there. So rows without weight are left out, and weights that are whole numbers
become copies where that does not make the table much longer. The rows then get an order of their
own: neither their order nor a copy in place of a weight changes the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from headstart.errors import DataError
from headstart.records import Column, Table

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST = 4  # times the rows given
_KEY = b"estimators"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examples:
    """Rows to learn from, in an order of their own.

    Attributes:
        inputs: their columns, roles included.
        y: labels or numbers as they were given, shape (n,).
        weights: shape (n,), or None where all are alike.
    """

    inputs: Table
    y: np.ndarray
    weights: np.ndarray | None

    def columns(self) -> dict[str, str]:
        """Modality of each input, as `intake.read` takes it."""
        return {column.name: column.modality for column in self.inputs.columns}

    def table(self, answers: np.ndarray) -> tuple[pa.Table, str, str | None]:
        """Inputs, answers (n,) and weights as one table; the names of the last two."""
        names = self.inputs.arrow.column_names
        target, weight = _free("target", names), _free("weight", names)
        import pyarrow as pa

        arrow = self.inputs.arrow.append_column(target, pa.array(answers))
        if self.weights is None:
            return arrow, target, None
        return arrow.append_column(weight, pa.array(self.weights)), target, weight


def learned_from(estimator: Any, X: Any, y: Any, sample_weight: Any) -> Examples:  # noqa: N803
    """The examples of a fit; the estimator remembers what its columns are.

    Raises:
        ValueError: scikit-learn refuses the arrays, or no row has a weight.
    """
    from sklearn.utils import check_consistent_length

    estimator._reads_frames = _is_mixed(X)
    read = _frame_examples if estimator._reads_frames else _array_examples
    inputs, y = read(estimator, X, y)
    weights = None if sample_weight is None else _weights(sample_weight, len(inputs))
    check_consistent_length(y, inputs.row_ids)
    rows, weights = _repeated(weights, len(inputs))
    inputs, y = inputs.take(rows), y[rows]
    order = _own_order(inputs, y, weights)
    return Examples(
        inputs=inputs.take(order), y=y[order], weights=None if weights is None else weights[order]
    )


def asked_for(estimator: Any, X: Any) -> Table:  # noqa: N803
    """The rows to answer for, read as those of the fit were.

    Raises:
        ValueError: the columns are not those of the fit.
    """
    from sklearn.utils.validation import validate_data

    if not estimator._reads_frames:
        X = validate_data(  # noqa: N806
            estimator, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
        )
        return _numbered(X)
    from headstart import intake

    validate_data(estimator, X, skip_check_array=True, reset=False)
    frame = X if _is_frame(X) else _named(estimator, X)
    return intake.read_as(frame, estimator.model_.contract.inputs).data


def _array_examples(estimator: Any, X: Any, y: Any) -> tuple[Table, np.ndarray]:  # noqa: N803
    from sklearn.base import is_regressor
    from sklearn.utils import column_or_1d
    from sklearn.utils.validation import validate_data

    X, y = validate_data(  # noqa: N806
        estimator,
        X,
        y,
        dtype=np.float64,
        ensure_all_finite="allow-nan",
        ensure_min_samples=2,
        y_numeric=is_regressor(estimator),
    )
    return _numbered(X), column_or_1d(y, warn=True)


def _frame_examples(estimator: Any, X: Any, y: Any) -> tuple[Table, np.ndarray]:  # noqa: N803
    from sklearn.base import is_regressor
    from sklearn.utils import column_or_1d
    from sklearn.utils.validation import validate_data

    from headstart import intake

    y = validate_data(estimator, y=y, y_numeric=is_regressor(estimator))
    validate_data(estimator, X, skip_check_array=True)
    table = intake.read(X, columns=dict.fromkeys(_numbers(X), "number")).data
    if len(table) < 2:
        raise DataError(f"there is {len(table)} sample; a minimum of 2 is needed to learn from.")
    return table, column_or_1d(y, warn=True)


def _numbered(X: np.ndarray) -> Table:  # noqa: N803
    import pyarrow as pa

    names = [f"x{index}" for index in range(X.shape[1])]
    return Table(
        columns=tuple(Column(name=name, modality="number") for name in names),
        arrow=pa.table({name: X[:, index] for index, name in enumerate(names)}),
        row_ids=np.arange(len(X)),
    )


def _named(estimator: Any, X: Any) -> pa.Table:  # noqa: N803
    """An array under the names of the frame that was learned from."""
    import pyarrow as pa

    rows = np.asarray(X, dtype=object)
    names = getattr(estimator, "feature_names_in_", range(rows.shape[1]))
    return pa.table({str(name): rows[:, place].tolist() for place, name in enumerate(names)})


def _is_frame(X: Any) -> bool:  # noqa: N803
    import narwhals as nw

    return bool(nw.dependencies.is_into_dataframe(X))


def _is_mixed(X: Any) -> bool:  # noqa: N803
    """Whether X is a frame with a column of anything but numbers and truth values."""
    import narwhals as nw

    if not _is_frame(X):
        return False
    kinds = nw.from_native(X).schema.values()
    return not all(kind.is_numeric() or kind == nw.Boolean for kind in kinds)


def _numbers(X: Any) -> list[str]:  # noqa: N803
    import narwhals as nw

    return [name for name, kind in nw.from_native(X).schema.items() if kind.is_numeric()]


def _weights(sample_weight: Any, rows: int) -> np.ndarray:
    from sklearn.utils import check_array

    weights = check_array(
        sample_weight, ensure_2d=False, dtype=np.float64, input_name="sample_weight"
    )
    if weights.shape != (rows,):
        raise DataError(
            f"`sample_weight` has shape {weights.shape}; it must be ({rows},).", "One for each row."
        )
    if (weights < 0).any() or not weights.any():
        wrong = f"holds {weights.min():g}" if weights.any() else "holds zeros only"
        raise DataError(f"`sample_weight` {wrong}.", "Weights are at least 0, and not all zero.")
    return np.asarray(weights)


def _repeated(weights: np.ndarray | None, rows: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Positions, copies included, and the weights that are left to heed.

    Example:
        >>> _repeated(np.array([2.0, 0.0, 1.0]), 3)
        (array([0, 0, 2]), None)
        >>> _repeated(np.array([0.5, 0.0, 0.1]), 3)
        (array([0, 2]), array([0.5, 0.1]))
    """
    everyone = np.arange(rows)
    if weights is None:
        return everyone, None
    if (weights == np.rint(weights)).all() and weights.sum() <= _LONGEST * rows:
        return everyone.repeat(weights.astype(np.int64)), None
    kept = np.flatnonzero(weights)
    return kept, weights[kept]


def _own_order(inputs: Table, y: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """An order that follows from the values of the rows and not from the order they came in."""
    from headstart.intake.fingerprints import row_hashes

    ties = [] if weights is None else [weights]
    return np.lexsort((*ties, np.unique(y, return_inverse=True)[1], row_hashes(inputs, _KEY)))


def _free(name: str, taken: list[str]) -> str:
    """A name that no column has.

    Example:
        >>> _free("target", ["x", "target"])
        'target_'
    """
    while name in taken:
        name += "_"
    return name
