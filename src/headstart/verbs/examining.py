"""The winner's validation answers beside the truth: promises, mix-ups, worst rows, spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headstart import evaluation
from headstart.delivery.adjustment import adjusted
from headstart.experiment.arena import Arena
from headstart.experiment.learned import thinned
from headstart.experiment.settled import Settled
from headstart.intake.thumbnails import thumbnails
from headstart.records import Numbers, Probabilities, Table
from headstart.reporting import findings as found
from headstart.verbs.question import Asked

_MOST_FITTED_POINTS = 1500
_WORST_ROWS = 10
_COLUMNS_OF_WORST_ROWS = 5


def reliability(asked: Asked, settled: Settled, seed: int) -> tuple[found.ReliabilityBin, ...]:
    """How often what was promised happened; () where the answers are no chances."""
    outcome = None if settled.pooled is None else thinned(settled.pooled, seed)
    if (
        outcome is None
        or outcome.truth is None
        or not isinstance(outcome.prediction, Probabilities)
    ):
        return ()
    answer = outcome.prediction
    made = settled.adjustment
    if made.steps is not None or made.temperature != 1.0:
        answer = evaluation.calibrated_apart(
            outcome.truth,
            answer,
            asked.task,
            by_steps=made.steps is not None,
            weights=outcome.weights,
            blocks=outcome.blocks,
        )
    bins = evaluation.reliability(outcome.truth, answer, asked.task)
    return tuple(
        found.ReliabilityBin(
            promised=each.promised, happened=each.happened, rows=each.rows, interval=each.interval
        )
        for each in bins
    )


def confusion(asked: Asked, settled: Settled) -> tuple[found.Confusion, ...]:
    """How often each class was taken for which; () where the answers are no chances."""
    outcome = settled.pooled
    if (
        outcome is None
        or outcome.truth is None
        or not isinstance(outcome.prediction, Probabilities)
    ):
        return ()
    answer = adjusted(outcome.prediction, settled.adjustment)
    assert isinstance(answer, Probabilities)
    matrices = evaluation.confusion(outcome.truth, answer, asked.task)
    return tuple(
        found.Confusion(
            labels=labels,
            counts=tuple(tuple(int(count) for count in row) for row in matrix),
            target=target,
        )
        for target, labels, matrix in zip(
            asked.task.targets, asked.task.classes, matrices, strict=True
        )
    )


def worst(asked: Asked, settled: Settled, arena: Arena) -> tuple[found.WorstRow, ...]:
    """Open rows on which the winner's validation answers were most wrong."""
    outcome, data = settled.pooled, arena.material.data
    if outcome is None or not isinstance(data, Table) or outcome.truth is None:
        return ()
    scale = arena.material.scale()
    ranked = evaluation.worst_rows(
        outcome.truth,
        adjusted(outcome.prediction, settled.adjustment),
        asked.task,
        scale=scale,
        most=_WORST_ROWS,
    )
    names = _telling_columns(data)
    positions = [int(settled.rows[each.position]) for each in ranked]
    cells = data.arrow.select(names).take(positions).to_pylist()
    pictured = [name for name in names if data.column(name).modality == "image"]
    drawn = _drawn(data, pictured, cells)
    return tuple(
        found.WorstRow(
            row=int(data.row_ids[position]) + 1,
            truth=each.truth,
            prediction=each.prediction,
            loss=each.loss,
            columns=tuple((name, _cell(value)) for name, value in row.items()),
            thumbnails=tuple((name, drawn[row[name]]) for name in pictured if row[name] in drawn),
        )
        for each, position, row in zip(ranked, positions, cells, strict=True)
    )


def fitted(asked: Asked, settled: Settled) -> tuple[found.FittedPoint, ...]:
    """Truth and answer of some rows; () where the answers are no numbers."""
    outcome = settled.pooled
    if outcome is None or not isinstance(outcome.prediction, Numbers) or outcome.truth is None:
        return ()
    step = max(1, len(outcome.truth) // _MOST_FITTED_POINTS)
    shown = adjusted(outcome.prediction, settled.adjustment)
    assert isinstance(shown, Numbers)
    points = []
    for index, target in enumerate(asked.task.targets):
        for row in range(0, len(outcome.truth), step):
            points.append(
                found.FittedPoint(
                    truth=float(outcome.truth[row, index]),
                    prediction=float(shown.values[row, index]),
                    lower=None if shown.lower is None else float(shown.lower[row, index]),
                    upper=None if shown.upper is None else float(shown.upper[row, index]),
                    target=target,
                )
            )
    return tuple(points)


def _telling_columns(data: Table) -> list[str]:
    """A few inputs, what people can look at or read first."""
    names = [*data.names("input", "image"), *data.names("input", "text"), *data.names("input")]
    return list(dict.fromkeys(names))[:_COLUMNS_OF_WORST_ROWS]


def _drawn(
    data: Table, names: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> Mapping[Any, str]:
    """Small copies of the pictures that these rows name, by their paths."""
    paths = [str(row[name]) for row in rows for name in names if row[name] is not None]
    if not paths or data.media_root is None:
        return {}
    return thumbnails(data.media_root, paths)


def _cell(value: object) -> found.Value:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
