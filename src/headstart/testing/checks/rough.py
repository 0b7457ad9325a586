"""Real tables are rough: an answer or a refusal in words, never somebody else's traceback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from headstart.errors import HeadstartError
from headstart.records import Table
from headstart.testing.checks.output import expect_well_formed
from headstart.testing.claim import expect
from headstart.testing.lesson import Lesson
from headstart.testing.subject import Subject

_ROUNDS = 5
_ROWS = 80
_FEW = np.arange(_ROWS)


def check_missing_values_are_taken(subject: Subject) -> None:
    """Half of each input is missing, in training and after."""
    _survives(subject, lambda table: _holes(table, share=0.5))


def check_columns_without_values_are_taken(subject: Subject) -> None:
    """A form keeps its fields long after people have stopped to fill them in."""
    _survives(subject, lambda table: _holes(table, share=1.0))


def check_unseen_categories_are_taken(subject: Subject) -> None:
    """The first new colour arrives the day after training."""

    def repainted(table: Table) -> Table:
        import pyarrow as pa

        return _with(table, "colour", pa.array([f"new {row % 7}" for row in range(len(table))]))

    _survives(subject, lambda table: table, after=repainted)


def check_constant_columns_are_taken(subject: Subject) -> None:
    """A spread of zero divides badly."""

    def constant(table: Table) -> Table:
        import pyarrow as pa

        same = _with(table, "size", pa.array(np.full(len(table), 3.0)))
        return _with(same, "colour", pa.array(["red"] * len(table)))

    _survives(subject, constant)


def check_huge_numbers_are_taken(subject: Subject) -> None:
    """A sensor that failed writes 1e300, or infinity."""

    def wild(table: Table) -> Table:
        import pyarrow as pa

        values = table.values("size").to_numpy().copy()
        values[:4] = [1e300, -1e300, np.inf, -np.inf]
        return _with(table, "size", pa.array(values))

    _survives(subject, wild)


def check_a_single_class_is_taken(subject: Subject) -> None:
    """A rung's first rows may hold one class only; the task still asks for every class."""

    def alike(table: Table) -> Table:
        for target in table.names("target"):
            values = table.values(target)
            table = _with(table, target, values.take([0] * len(table)))
        return table

    _survives(subject, alike, after=lambda table: table)


def check_one_row_is_taken(subject: Subject) -> None:
    """The smallest table there is."""
    _survives(subject, lambda table: table.take([0]), after=lambda table: table)


def check_a_table_without_inputs_is_taken(subject: Subject) -> None:
    """Everything that was known turned out to be a leak or a number of the row."""
    _survives(subject, lambda table: table.without("input"))


def check_row_weights_are_taken(subject: Subject) -> None:
    """Weights of zero and of a hundred occur in every survey."""

    def weighted(table: Table) -> Table:
        import pyarrow as pa

        from headstart.records import Column

        weights = pa.array(np.where(np.arange(len(table)) % 3, 100.0, 0.0))
        return replace(
            table,
            columns=(*table.columns, Column(name="weight", modality="number", role="weight")),
            arrow=table.arrow.append_column("weight", weights),
        )

    _survives(subject, weighted, after=lambda table: table)


def _survives(
    subject: Subject,
    before: Callable[[Table], Table],
    *,
    after: Callable[[Table], Table] | None = None,
) -> None:
    """Fit on the rows after `before`, answer for the unseen rows after `after`."""
    for lesson in _one_of_each_kind(subject):
        assert isinstance(lesson.unseen, Table)
        train, unseen = before(lesson.table.take(_FEW)), (after or before)(lesson.unseen)
        session = subject.session(lesson, data=train, work=_ROUNDS * max(len(train), 1) / 1000)
        try:
            answer = subject.fit(lesson, session, data=train).model.predict(unseen)
        except HeadstartError as refusal:
            expect(len(str(refusal)) > 20, f"`{lesson.name}`: the refusal says nothing: {refusal}")
        else:
            expect_well_formed(answer, lesson, unseen)


def _one_of_each_kind(subject: Subject) -> tuple[Lesson, ...]:
    by_kind = {lesson.task.kind: lesson for lesson in reversed(subject.row_lessons)}
    return tuple(by_kind.values())


def _holes(table: Table, share: float) -> Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    random = np.random.default_rng(3)
    for name in table.names("input"):
        values = table.values(name)
        gone = pa.array(random.random(len(table)) < share)
        table = _with(table, name, pc.if_else(gone, pa.scalar(None, values.type), values))
    return table


def _with(table: Table, name: str, values: object) -> Table:
    place = table.arrow.column_names.index(name)
    return replace(table, arrow=table.arrow.set_column(place, name, values))
