"""The input contract of a model: which columns it reads, as what, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headstart.errors import DataError, listed
from headstart.records import Column, Split, Table, Task
from headstart.records.plain import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What travels with the parameters.

    Attributes:
        inputs: the columns that the model reads; empty for worlds.
        target_types: Arrow types of the targets in the source, so that labels come back as they
            were (`int64`, `bool`, `string`).
    """

    task: Task
    inputs: tuple[Column, ...] = ()
    target_types: tuple[str, ...] = ()

    def modalities(self) -> dict[str, str]:
        """Input columns by name, as `intake.read` takes them."""
        return {column.name: column.modality for column in self.inputs}

    def align(self, table: Table) -> Table:
        """The model's inputs, in its order; other columns are left out.

        Raises:
            DataError: a column that the model reads is absent.
        """
        there = set(table.arrow.column_names)
        missing = [column.name for column in self.inputs if column.name not in there]
        if missing:
            raise DataError(
                f"the data lack {len(missing)} of the {len(self.inputs)} columns that the model "
                f"reads: {listed(missing)}.",
                "Add them (empty cells are allowed), under the same names as in training.",
            )
        names = [column.name for column in self.inputs]
        return Table(
            columns=self.inputs,
            arrow=table.arrow.select(names),
            row_ids=table.row_ids,
            media_root=table.media_root,
        )


def contract_of(table: Table, task: Task) -> Contract:
    """The contract of a model that is trained on this table."""
    types = tuple(str(table.arrow.schema.field(target).type) for target in task.targets)
    inputs = tuple(column for column in table.columns if column.role == "input")
    return Contract(task=task, inputs=inputs, target_types=types)


def task_from_plain(values: Mapping[str, Any]) -> Task:
    """The task that `plain` wrote."""
    return Task(
        kind=values["kind"],
        targets=tuple(values["targets"]),
        classes=tuple(tuple(labels) for labels in values["classes"]),
        metric=values["metric"],
        split=Split(**values["split"]),
        positive=values["positive"],
        horizon=values["horizon"],
    )


def contract_to_plain(contract: Contract) -> dict[str, Any]:
    """The contract as plain values."""
    return dict(plain(contract))


def contract_from_plain(values: Mapping[str, Any]) -> Contract:
    """The contract that `contract_to_plain` wrote."""
    return Contract(
        task=task_from_plain(values["task"]),
        inputs=tuple(Column(**column) for column in values["inputs"]),
        target_types=tuple(values["target_types"]),
    )
