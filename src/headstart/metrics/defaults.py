"""The metric that a task gets when nobody names one, and why."""

from __future__ import annotations

from collections.abc import Sequence

from headstart.errors import AskError
from headstart.records.task import Kind

_MAJORITY_THAT_MISLEADS = 0.8


def default_metric(kind: Kind, balance: Sequence[float] = ()) -> str:
    """Name of the metric for a task of this kind.

    Args:
        balance: for one classification target, the share of each class; else empty.

    Raises:
        AskError: a kind of task that no metric judges yet.

    Example:
        >>> default_metric("classification", (0.95, 0.05))
        'roc_auc'
    """
    return _choice(kind, balance)[0]


def default_metric_because(kind: Kind, balance: Sequence[float] = ()) -> str:
    """The reason for `default_metric`, as a sentence.

    Example:
        >>> default_metric_because("classification", (0.5, 0.5))
        'the largest class has 50 % of the rows, so accuracy is easy to read and not misleading'
    """
    return _choice(kind, balance)[1]


def _choice(kind: Kind, balance: Sequence[float]) -> tuple[str, str]:
    match kind:
        case "classification":
            return _for_classes(balance)
        case "regression":
            return "rmse", "large errors should count more than small ones, in the target's units"
        case "forecasting":
            return "mae", "one strange day should not outweigh all the others"
        case "anomaly_detection":
            return "roc_auc", "anomalies are rare, so their rank says more than a threshold"
        case "control" | "game":
            return "return", "what a policy earns is what it is for"
        case _:
            raise AskError(f"no metric judges tasks of kind {kind} yet.")


def _for_classes(balance: Sequence[float]) -> tuple[str, str]:
    majority = max(balance, default=0.0)
    if not len(balance):
        return "accuracy", "there are several targets, and accuracy is easy to read for each"
    if majority < _MAJORITY_THAT_MISLEADS:
        return "accuracy", (
            f"the largest class has {100 * majority:.0f} % of the rows, "
            "so accuracy is easy to read and not misleading"
        )
    rare = f"the largest class has {100 * majority:.0f} % of the rows, so answering it always"
    if len(balance) == 2:
        return "roc_auc", f"{rare} would look accurate; the ranking of the rare class would not"
    return "balanced_accuracy", f"{rare} would look accurate; the mean over classes would not"
