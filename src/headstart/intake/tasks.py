"""From the names of target columns to a task: kind, classes, metric, roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import numpy as np

from headstart.errors import AskError, DataError, listed, unknown_name
from headstart.intake import targets as answers
from headstart.intake.requests import no_such_column
from headstart.records import Column, Split, Table, Task
from headstart.records.data import Modality
from headstart.records.task import Kind

if TYPE_CHECKING:
    import pyarrow as pa

_FROM_TABLES: tuple[Kind, ...] = (
    "classification",
    "regression",
    "forecasting",
    "anomaly_detection",
)
_FEWEST_TIMES = 3
_ROWS_TO_LOCK_SOME = 500  # as `verbs.fitting` does: then a third group is locked


def set_task(
    table: Table,
    targets: Sequence[str],
    *,
    kind: str | None = None,
    metric: str | None = None,
    positive: str | None = None,
    split: Split | None = None,
    horizon: int | None = None,
    source: str = "the table",
) -> tuple[Table, Task, int]:
    """Settle what is asked of a table.

    Args:
        kind, metric, positive, split: inferred unless given. The positive label of two classes is
            the second one in their order (`1`, `True`, `yes`).
        source: what messages call the table.

    Returns:
        The table with roles set, without rows that lack a target, labels as text; the task; and the
        number of rows left out.

    Raises:
        AskError: a name is not known, or the request does not fit the targets.
        DataError: nothing can be learned from these targets.
    """
    _check_targets(table, targets, source)
    asked = _known_kind(kind)
    table, unlabelled = _labelled_rows(table, tuple(targets))
    settled = asked or answers.common_kind({name: table.values(name) for name in targets})
    table = _with_targets(table, tuple(targets), settled)
    labels = answers.ordered_classes(table, targets) if settled == "classification" else ()
    if settled in ("regression", "forecasting"):
        answers.check_numbers(table, targets)
    split = split or _split_by_role(table)
    table = _with_split(table, split, targets, source)
    _check_weights(table)
    task = Task(
        kind=settled,
        targets=tuple(targets),
        classes=labels,
        metric=_metric(metric, settled, table, targets, labels),
        split=split,
        positive=_positive(positive, labels),
        horizon=horizon,
    )
    return table, task, unlabelled


def labelled(table: Table, task: Task) -> Table:
    """Another table under a settled task: its rows with a label, spelled as the task has them.

    Raises:
        AskError: it lacks a target column.
    """
    _check_targets(table, task.targets, "this table")
    table, _ = _labelled_rows(table, task.targets)
    table = _with_targets(table, task.targets, task.kind)
    for name, labels in zip(task.targets, task.classes, strict=False):
        table = _replaced(table, name, answers.as_known_labels(table.values(name), labels))
    return table


def _check_targets(table: Table, targets: Sequence[str], source: str) -> None:
    if not targets:
        raise AskError("no target was named.", "Name the column that is to be predicted.")
    names = [column.name for column in table.columns]
    for name in targets:
        if name not in names:
            raise no_such_column(name, names, source)
    if len(set(targets)) < len(targets):
        raise AskError(f"a target is named twice: {listed(targets)}.")


def _known_kind(kind: str | None) -> Kind | None:
    if kind is None:
        return None
    if kind not in get_args(Kind):
        raise unknown_name("kind of task", kind, _FROM_TABLES)
    if kind not in _FROM_TABLES:
        raise AskError(
            f"a task of kind `{kind}` cannot be learned from a table of targets.",
            f"Choose one of {listed(_FROM_TABLES)}.",
        )
    return kind  # type: ignore[return-value]


def _labelled_rows(table: Table, targets: tuple[str, ...]) -> tuple[Table, int]:
    """Rows that have every target, and how many have not."""
    missing = np.zeros(len(table), dtype=bool)
    for name in targets:
        lacking = table.values(name).is_null(nan_is_null=False).to_numpy()
        if lacking.all():
            raise DataError(
                f"target `{name}` has no values: it is empty in all {len(table):,} rows.",
                "Choose another target, or fill in its labels.",
            )
        missing |= lacking
    unlabelled = int(missing.sum())
    kept = table.take(np.flatnonzero(~missing)) if unlabelled else table
    if len(kept) < 2:
        rows = "one row" if len(kept) else "no row"
        raise DataError(
            f"there is {rows} with a value of {listed(targets)}.",
            "At least two labelled rows are needed to learn and to check; a hundred are a start.",
        )
    return kept, unlabelled


def _with_targets(table: Table, targets: tuple[str, ...], kind: Kind) -> Table:
    for name in targets:
        values = answers.as_target(name, table.values(name), kind)
        table = _replaced(table, name, values)
    modality: Modality = "category" if kind in ("classification", "anomaly_detection") else "number"
    return table.with_columns(
        [
            replace(column, role="target", modality=modality) if column.name in targets else column
            for column in table.columns
        ]
    )


def _replaced(table: Table, name: str, values: pa.ChunkedArray) -> Table:
    if values is table.values(name):
        return table
    index = table.arrow.column_names.index(name)
    return replace(table, arrow=table.arrow.set_column(index, name, values))


def _split_by_role(table: Table) -> Split:
    """A column that the person calls a group divides the rows by it."""
    groups = table.names("group")
    return Split(kind="grouped", column=groups[0]) if groups else Split()


def _with_split(table: Table, split: Split, targets: Sequence[str], source: str) -> Table:
    if split.column is None:
        return table
    names = [column.name for column in table.columns]
    if split.column not in names:
        raise no_such_column(split.column, names, source)
    if split.column in targets:
        raise AskError(f"`{split.column}` is a target; rows cannot be divided by it.")
    if split.kind == "grouped":
        _check_groups(table, split.column)
        return table.with_columns(
            [_in_role(column, split.column, "group") for column in table.columns]
        )
    _check_order(table, split.column)
    return table


def _check_groups(table: Table, name: str) -> None:
    """A row without a group is a group of its own."""
    values = table.values(name)
    groups = values.drop_null().unique()
    locks = len(table) >= _ROWS_TO_LOCK_SOME
    if len(groups) + values.null_count < 2 + locks:
        noun = "one group" if len(groups) == 1 else f"{len(groups)} groups"
        raise DataError(
            f"column `{name}` has {noun} only ({listed([str(g) for g in groups.to_pylist()])}, "
            f"{len(table):,} rows). A group stays whole, and at least {2 + locks} are needed: "
            f"to learn from{',' if locks else ' and'} to judge on"
            f"{', and to lock for the end' if locks else ''}.",
            "Name a column with more groups, or use --split random.",
        )


def _in_role(column: Column, name: str, role: str) -> Column:
    return replace(column, role=role) if column.name == name else column  # type: ignore[arg-type]


def _check_order(table: Table, name: str) -> None:
    import pyarrow.types as types

    kind = table.values(name).type
    if not (types.is_timestamp(kind) or types.is_integer(kind) or types.is_floating(kind)):
        raise DataError(
            f"column `{name}` is neither a time nor a number, so it gives the rows no order.",
            "Name a column of dates, times or counts after `temporal:`.",
        )
    there = table.values(name).drop_null().unique()
    if len(there) < _FEWEST_TIMES:
        one = f" (`{there[0].as_py()}`)" if len(there) else ""
        raise DataError(
            f"column `{name}` has {len(there)} of the at least {_FEWEST_TIMES} different times "
            f"that an order of the rows needs{one}.",
            "Name another column, or use --split random.",
        )


def _check_weights(table: Table) -> None:
    import pyarrow.compute as pc
    import pyarrow.types as types

    for name in table.names("weight"):
        values = table.values(name)
        hint = "Row weights are numbers of at least 0, and not all 0."
        if not (types.is_integer(values.type) or types.is_floating(values.type)):
            raise DataError(f"the weight column `{name}` does not hold numbers.", hint)
        if values.null_count:
            raise DataError(f"the weight column `{name}` lacks {values.null_count:,} values.", hint)
        if pc.min(values).as_py() < 0:
            lowest = pc.min(values).as_py()
            raise DataError(f"the weight column `{name}` holds {lowest:g}.", hint)
        if pc.sum(values).as_py() <= 0:
            raise DataError(f"the weight column `{name}` holds zeros only.", hint)


def _metric(
    name: str | None,
    kind: Kind,
    table: Table,
    targets: Sequence[str],
    labels: tuple[tuple[str, ...], ...],
) -> str:
    from headstart.metrics import default_metric, metric

    if name is not None:
        return metric(name, kind).name
    balance = answers.balance(table, targets[0], labels[0]) if len(labels) == 1 else ()
    return default_metric(kind, balance)


def _positive(label: str | None, labels: tuple[tuple[str, ...], ...]) -> str | None:
    binary = len(labels) == 1 and len(labels[0]) == 2
    if label is None:
        return labels[0][1] if binary else None
    if not binary:
        raise AskError(
            f"the positive label `{label}` needs one target with two classes.",
            "Leave --positive out.",
        )
    if label not in labels[0]:
        raise unknown_name("label", label, labels[0], "the target")
    return label
