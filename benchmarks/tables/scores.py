"""The judge: scores from predictions, and what the paired comparison needs of each test row.

It is written apart from the metrics of Headstart, so that nobody marks their own work.

Shapes: n test rows, c classes. `weights` counts how often a bootstrap sample drew each row.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np

_READ = ("prediction", "ranking")
DIRECTION = {"accuracy": "up", "roc_auc": "up", "rmse": "down", "log_loss": "down"}


def outcomes(predictions: Path, test: Path, target: str, metric: str) -> dict[str, np.ndarray]:
    """Row by row what the metric needs: `value` (n,), and for roc_auc `truth` (n,) too.

    `value` is 1 for a right class (accuracy), the squared error (rmse), or the rank given to the
    rarer class (roc_auc).

    Raises:
        ValueError: the predictions are not one a row, or not finite.
    """
    answers, given = _columns(predictions, test, target)
    match metric:
        case "accuracy":
            value = (answers == given["prediction"]).astype(float)
        case "rmse":
            value = (answers.astype(float) - given["prediction"].astype(float)) ** 2
        case _:
            value = _ranking(answers, given)
    if not np.isfinite(value).all():
        raise ValueError(f"{int((~np.isfinite(value)).sum())} predictions are not finite")
    if metric == "roc_auc":
        return {"value": value, "truth": (answers == rarer(answers)).astype(float)}
    return {"value": value}


def score(metric: str, rows: dict[str, np.ndarray], weights: np.ndarray | None = None) -> float:
    """The metric of these outcomes, with each row counted `weights` times.

    >>> score("accuracy", {"value": np.array([1.0, 0.0, 1.0, 1.0])})
    0.75
    """
    counts = np.ones(rows["value"].size) if weights is None else weights
    if metric == "roc_auc":
        return area_under_curve(rows["truth"], rows["value"], counts)
    mean = float(np.average(rows["value"], weights=counts))
    return math.sqrt(mean) if metric == "rmse" else mean


def area_under_curve(truth: np.ndarray, ranking: np.ndarray, counts: np.ndarray) -> float:
    """The chance that a row of the positive class outranks one of the other; ties count half.

    >>> area_under_curve(np.array([0.0, 1.0, 1.0]), np.array([0.1, 0.1, 0.9]), np.ones(3))
    0.75
    """
    _, place = np.unique(ranking, return_inverse=True)
    positive = np.bincount(place, weights=counts * truth)
    negative = np.bincount(place, weights=counts * (1 - truth))
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2)).sum() / (positive.sum() * negative.sum()))


def log_loss(predictions: Path, test: Path, target: str) -> float | None:
    """Mean negative log-likelihood in nats, chances cut at 1e-15; None without chances."""
    answers, given = _columns(predictions, test, target)
    labels = [name[2:] for name in given if name.startswith("p_")]
    if not labels:
        return None
    chances = np.stack([given[f"p_{label}"] for label in labels], axis=1).astype(float)
    chances = chances / chances.sum(axis=1, keepdims=True)
    index = {label: position for position, label in enumerate(labels)}
    picked = np.array(
        [
            row[index[answer]] if answer in index else 0.0
            for row, answer in zip(chances, answers, strict=True)
        ]
    )
    return float(-np.log(np.clip(picked, 1e-15, 1)).mean())


def rarer(answers: np.ndarray) -> Any:
    """The class with fewer rows: the one that is looked for."""
    labels, counts = np.unique(answers, return_counts=True)
    return labels[counts.argmin()]


def _ranking(answers: np.ndarray, given: dict[str, np.ndarray]) -> np.ndarray:
    wanted = rarer(answers)
    if f"p_{wanted}" in given:
        return given[f"p_{wanted}"].astype(float)
    sign = 1.0 if wanted == np.unique(answers)[1] else -1.0
    return sign * given["ranking"].astype(float)


def _columns(
    predictions: Path, test: Path, target: str
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    import pyarrow.parquet as parquet

    answers = np.asarray(parquet.read_table(test, columns=[target])[target].to_pylist())
    table = parquet.read_table(predictions)
    named = [name for name in table.column_names if name in _READ or name.startswith("p_")]
    given = {name: np.asarray(table[name].to_pylist()) for name in named}
    if given["prediction"].shape != answers.shape:
        raise ValueError(f"{given['prediction'].size} predictions for {answers.size} rows")
    return answers, given
