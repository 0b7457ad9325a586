"""The table of metrics: one line each, under scikit-learn's names or the field's own."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from headstart.errors import AskError, listed, unknown_name
from headstart.metrics import agreement, deviation, probability, ranking, returns
from headstart.metrics.metric import ACTING, CLASSES, NUMERIC, RANKED, Metric
from headstart.records.task import Kind

_ROWS = (
    Metric(
        name="accuracy",
        direction="up",
        low=0,
        high=1,
        kinds=CLASSES,
        summary="share of rows whose most probable class is the true one",
        measure=agreement.accuracy,
    ),
    Metric(
        name="balanced_accuracy",
        direction="up",
        low=0,
        high=1,
        kinds=CLASSES,
        summary="mean over the classes of the share of their rows that are found",
        measure=agreement.by_counts(agreement.balanced_accuracy),
    ),
    Metric(
        name="f1",
        direction="up",
        low=0,
        high=1,
        kinds=CLASSES,
        summary="harmonic mean of precision and recall of the positive class; macro for more",
        measure=agreement.by_counts(agreement.f1),
    ),
    Metric(
        name="f1_macro",
        direction="up",
        low=0,
        high=1,
        kinds=CLASSES,
        summary="mean of the classes' F1, each class counting the same",
        measure=agreement.by_counts(agreement.f1_macro),
    ),
    Metric(
        name="f1_weighted",
        direction="up",
        low=0,
        high=1,
        kinds=CLASSES,
        summary="mean of the classes' F1, each class counting by its rows",
        measure=agreement.by_counts(agreement.f1_weighted),
    ),
    Metric(
        name="precision",
        direction="up",
        low=0,
        high=1,
        kinds=CLASSES,
        summary="share of rows said to be positive that are; macro for more classes",
        measure=agreement.by_counts(agreement.precision),
    ),
    Metric(
        name="recall",
        direction="up",
        low=0,
        high=1,
        kinds=CLASSES,
        summary="share of positive rows that are found; macro for more classes",
        measure=agreement.by_counts(agreement.recall),
    ),
    Metric(
        name="matthews",
        direction="up",
        low=-1,
        high=1,
        kinds=CLASSES,
        summary="correlation of true and predicted class",
        measure=agreement.by_counts(agreement.matthews),
        aliases=("matthews_corrcoef", "mcc"),
    ),
    Metric(
        name="roc_auc",
        direction="up",
        low=0,
        high=1,
        kinds=RANKED,
        summary="chance that a positive row is ranked before a negative one; mean over classes",
        measure=ranking.by_order(ranking.roc_auc),
        aliases=("roc_auc_ovr",),
    ),
    Metric(
        name="average_precision",
        direction="up",
        low=0,
        high=1,
        kinds=RANKED,
        summary="mean precision at each positive row, from the top of the ranking",
        measure=ranking.by_order(ranking.average_precision),
    ),
    Metric(
        name="log_loss",
        direction="down",
        low=0,
        high=inf,
        kinds=CLASSES,
        summary="mean surprise at the true class, in nats",
        measure=probability.log_loss,
    ),
    Metric(
        name="brier",
        direction="down",
        low=0,
        high=2,
        kinds=CLASSES,
        summary="mean squared distance of the probabilities from what happened",
        measure=probability.brier,
        aliases=("brier_score", "brier_score_loss"),
    ),
    Metric(
        name="rmse",
        direction="down",
        low=0,
        high=inf,
        kinds=NUMERIC,
        summary="root of the mean squared error, in the target's units",
        measure=deviation.by_target(deviation.rmse),
        aliases=("root_mean_squared_error",),
    ),
    Metric(
        name="mse",
        direction="down",
        low=0,
        high=inf,
        kinds=NUMERIC,
        summary="mean squared error, in the target's units squared",
        measure=deviation.by_target(deviation.mse),
        aliases=("mean_squared_error",),
    ),
    Metric(
        name="mae",
        direction="down",
        low=0,
        high=inf,
        kinds=NUMERIC,
        summary="mean absolute error, in the target's units",
        measure=deviation.by_target(deviation.mae),
        aliases=("mean_absolute_error",),
    ),
    Metric(
        name="median_absolute_error",
        direction="down",
        low=0,
        high=inf,
        kinds=NUMERIC,
        summary="error that half of the rows stay below, in the target's units",
        measure=deviation.by_target(deviation.median_absolute_error),
    ),
    Metric(
        name="r2",
        direction="up",
        low=-inf,
        high=1,
        kinds=NUMERIC,
        summary="share of the target's variance that the prediction explains",
        measure=deviation.by_unit_free_target(deviation.r2),
        aliases=("r2_score",),
    ),
    Metric(
        name="mape",
        direction="down",
        low=0,
        high=inf,
        kinds=NUMERIC,
        summary="mean of the error's share in the target (0.1 is ten percent)",
        measure=deviation.by_unit_free_target(deviation.mape),
        aliases=("mean_absolute_percentage_error",),
        objection=deviation.no_zeros,
    ),
    Metric(
        name="rmsle",
        direction="down",
        low=0,
        high=inf,
        kinds=NUMERIC,
        summary="root of the mean squared error of log(1 + value)",
        measure=deviation.by_unit_free_target(deviation.rmsle),
        aliases=("root_mean_squared_log_error",),
        objection=deviation.no_negatives,
    ),
    Metric(
        name="return",
        direction="up",
        low=-inf,
        high=inf,
        kinds=ACTING,
        summary="mean return of the episodes",
        measure=returns.mean_return,
    ),
)

METRICS: Mapping[str, Metric] = {row.name: row for row in _ROWS}


def metric(name: str, kind: Kind | None = None) -> Metric:
    """The metric of a name or alias; with `kind`, only if it can judge such a task.

    Raises:
        AskError: no metric is called so, or it does not fit the kind of task.

    Example:
        >>> metric("mean_absolute_error").name
        'mae'
    """
    aliases = {alias: row for row in _ROWS for alias in row.aliases}
    found = METRICS.get(name) or aliases.get(name)
    if found is None:
        raise unknown_name("metric", name, [*METRICS, *aliases])
    if kind is not None and kind not in found.kinds:
        raise AskError(
            f"the metric `{found.name}` does not fit a task of kind {kind}; "
            f"it judges {' and '.join(found.kinds)}.",
            f"Choose one of {listed(fitting(kind), most=20)}.",
        )
    return found


def fitting(kind: Kind) -> tuple[str, ...]:
    """Names of the metrics that can judge a task of this kind, in the table's order."""
    return tuple(row.name for row in _ROWS if kind in row.kinds)
