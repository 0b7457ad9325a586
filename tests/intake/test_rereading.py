"""Another source read as the first one: every row gets a line, and what was unlike is said."""

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from headstart import intake
from headstart.errors import DataError

FIRST = "price;code;day;n;y\n1,5;007;13.02.2024;1;a\n2,5;012;14.02.2024;2;b\n"
ROWS = {"price": [1.5, 2.5], "code": ["007", "012"], "n": [1, 2]}


@pytest.fixture
def columns(tmp_path):
    path = tmp_path / "first.csv"
    path.write_text(FIRST)
    return [column for column in intake.read(path).data.columns if column.name != "y"]


def read(folder, columns, text: str, name: str = "t.csv"):
    path = folder / name
    path.write_text(text)
    return intake.read_as(path, columns, known=("y",))


def test_a_column_remembers_how_it_was_written(columns):
    assert {column.name: column.written for column in columns} == {
        "price": "decimal_comma",
        "code": "digits:3",
        "day": "time:day.month.year",
        "n": "",
    }


def test_the_same_rows_read_alike_in_every_format(tmp_path, columns):
    frame = pd.DataFrame({"price": ["1.5", "2.5"], "code": [7, 12], "n": ["1", "2"]})
    frame["day"] = pd.to_datetime(["2024-02-13", "2024-02-14"])
    frame.to_csv(tmp_path / "t.tsv", sep="\t", index=False)
    frame.assign(code=["007", "012"]).to_json(
        tmp_path / "t.jsonl", orient="records", lines=True, date_format="iso"
    )
    parquet.write_table(pa.Table.from_pandas(frame), tmp_path / "t.parquet")
    first = intake.read_as(tmp_path / "first.csv", columns, known=("y",))

    for source in (tmp_path / "t.jsonl", tmp_path / "t.parquet", frame):
        found = intake.read_as(source, columns)

        assert found.notes == ()
        assert found.data.arrow.to_pydict() == first.data.arrow.to_pydict()
        assert found.data.columns == tuple(columns)
    assert first.data.arrow.select(list(ROWS)).to_pydict() == ROWS


def test_cells_that_do_not_fit_are_missing_and_said_column_by_column(tmp_path, columns):
    found = read(tmp_path, columns, "price;code;day;n\nx;new;13.02.2024;1\n2,5;012;never;2\n")

    assert found.data.values("price").to_pylist() == [None, 2.5]
    assert found.data.values("code").to_pylist() == ["new", "012"]
    assert found.notes == (
        "1 cell of `price` is no number (`x`): taken as missing",
        "1 cell of `day` is no date (`never`): taken as missing",
    )


def test_an_absent_column_is_missing_and_an_additional_one_unused_and_both_are_said(
    tmp_path, columns
):
    found = read(tmp_path, columns, "n,more,code,y\n1,2,007,a\n")

    assert found.data.arrow.to_pydict() == {
        "price": [None],
        "code": ["007"],
        "day": [None],
        "n": [1],
    }
    assert found.notes == (
        "`price`, `day` are absent: their values are taken as missing in every row",
        "`more` is not used",
    )


def test_columns_are_found_by_name_in_any_order(tmp_path, columns):
    found = read(tmp_path, columns, "n;day;code;price\n1;13.02.2024;007;1,5\n")

    assert found.data.arrow.column_names == ["price", "code", "day", "n"]
    assert found.data.arrow.to_pylist()[0]["price"] == 1.5


def test_a_table_without_any_of_the_columns_is_refused_with_both_lists(tmp_path, columns):
    with pytest.raises(DataError, match=r"none of the 4 columns .*`price`.* It has `a`, `b`"):
        read(tmp_path, columns, "a,b\n1,2\n")


def test_unreadable_rows_keep_their_numbers_even_where_they_are_most(tmp_path, columns):
    found = read(tmp_path, columns, "price;code;day;n\n2,5;012;13.02.2024;2\n1\n7;7\n7;7;7\n")

    assert found.data.row_ids.tolist() == [0]
    assert [each.row for each in found.rejected] == [1, 2, 3]
    assert found.notes == (
        "3 rows cannot be read (line 3: it has 1 value where the header has 4 names)",
    )


def test_a_file_without_one_readable_row_is_refused(tmp_path, columns):
    with pytest.raises(DataError, match=r"2 of 2 rows of t\.csv cannot be read"):
        read(tmp_path, columns, 'price;code;day;n\n1;2;3;"4\n1;2;3;"5\n')
    with pytest.raises(DataError, match=r"t\.csv has a header and no rows"):
        read(tmp_path, columns, "price;code;day;n\n")
    with pytest.raises(DataError, match=r"of t\.jsonl cannot be read; line 1"):
        read(tmp_path, columns, "nothing\n", "t.jsonl")


def test_json_lines_are_forgiven_too(tmp_path, columns):
    found = read(tmp_path, columns, 'x\n{"n": "two", "code": "007"}\ny\n', "t.jsonl")

    assert found.data.row_ids.tolist() == [1]
    assert found.data.values("n").to_pylist() == [None]


def test_many_strange_columns_are_told_in_few_lines(tmp_path):
    names = [f"c{number}" for number in range(20)]
    path = tmp_path / "numbers.csv"
    path.write_text(",".join(names) + "\n" + ",".join(["1"] * 20) + "\n")
    columns = intake.read(path).data.columns

    found = read(tmp_path, columns, ",".join(names) + "\n" + ",".join(["x"] * 20) + "\n")

    assert len(found.notes) == 8
    assert found.notes[-1] == "13 more columns have cells that are taken as missing"
