"""What each metric means, in a sentence that a person without the field's training can use."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

MEANING: Mapping[str, str] = MappingProxyType(
    {
        "accuracy": "the share of rows that are predicted right",
        "balanced_accuracy": "the share predicted right in each class, averaged over the classes",
        "f1": "a balance between finding the positive rows and not raising false alarms",
        "roc_auc": "the chance that a random positive row is ranked above a random negative one",
        "average_precision": "how pure the top of the ranking stays while it goes down the list",
        "log_loss": "the surprise at what happened, in nats; sure and wrong costs most",
        "brier": "the mean squared difference between probability and outcome",
        "rmse": "the typical size of an error, large ones counting more, in the target's unit",
        "mae": "the average size of an error, in the target's unit",
        "r2": "the share of the target's variation that is explained; 0 is no better than the mean",
        "mape": "the average error in percent of the true value",
        "mase": "the error relative to a naive forecast; below 1 is better than naive",
        "return": "the sum of rewards in one episode, averaged over episodes",
        "spearman": "how well the order of the predictions follows the order of the truth",
    }
)


def meaning(metric: str) -> str:
    """The metric in a sentence's half, or nothing where it is not known here."""
    return MEANING.get(metric, "")


def better(direction: Literal["up", "down"]) -> str:
    """Which way is better.

    Example:
        >>> better("down")
        'lower is better'
    """
    return "higher is better" if direction == "up" else "lower is better"
