"""A table is typed columns whose rows keep their numbers."""

import numpy as np
import pyarrow as pa
import pytest

from headstart.errors import AskError
from headstart.records import Column, Table


@pytest.fixture
def table():
    return Table(
        columns=(
            Column(name="age", modality="number"),
            Column(name="town", modality="category"),
            Column(name="y", modality="category", role="target"),
        ),
        arrow=pa.table({"age": [1, 2, 3], "town": ["a", "b", None], "y": ["n", "p", "n"]}),
        row_ids=np.array([10, 20, 30]),
    )


def test_taken_rows_keep_their_numbers_and_order(table):
    taken = table.take([2, 0])

    assert taken.row_ids.tolist() == [30, 10]
    assert taken.values("age").to_pylist() == [3, 1]
    assert table.row_ids.tolist() == [10, 20, 30]


def test_no_rows_is_a_table_too(table):
    empty = table.take([])

    assert len(empty) == 0
    assert empty.names("target") == ("y",)


def test_columns_are_found_by_role_and_modality(table):
    assert table.names() == ("age", "town")
    assert table.names(modality="category") == ("town",)
    assert table.names("target") == ("y",)


def test_columns_of_a_role_are_left_out_with_their_values(table):
    inputs = table.without("target")

    assert inputs.arrow.column_names == ["age", "town"]
    assert [column.name for column in inputs.columns] == ["age", "town"]


def test_an_unknown_column_is_refused_with_the_nearest(table):
    with pytest.raises(AskError, match="Did you mean `town`"):
        table.values("twon")
