"""Files and frames through the public door, child process included."""

import datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from headstart import intake
from headstart.errors import AskError, DataError

TYPED = pa.table(
    {
        "whole": pa.array([1, 2, None], pa.int16()),
        "half": pa.array([0.5, float("nan"), float("inf")], pa.float32()),
        "flag": pa.array([True, False, None]),
        "word": pa.array(["x", "y", "x"]).dictionary_encode(),
        "day": pa.array([datetime.date(2024, 1, 31)] * 3),
        "written": pa.array(["2024-01-31", None, "2024-02-01"], pa.large_string()),
        "list": pa.array([[1, 2], [3, 4], None], pa.list_(pa.int32())),
        "code": pa.array(["1", "2", "3"]),
        "bytes": pa.array([b"x", b"y", b"z"]),
        "empty": pa.nulls(3),
    }
)
EXPECTED = {
    "whole": [1, 2, None],
    "half": [0.5, None, None],
    "flag": ["True", "False", None],
    "word": ["x", "y", "x"],
    "day": [datetime.datetime(2024, 1, 31)] * 3,
    "written": [datetime.datetime(2024, 1, 31), None, datetime.datetime(2024, 2, 1)],
    "list": [[1, 2], [3, 4], None],
    "code": ["1", "2", "3"],
    "empty": [None, None, None],
}
MODALITIES = {
    "whole": "number",
    "half": "number",
    "flag": "category",
    "word": "category",
    "day": "time",
    "written": "time",
    "list": "vector",
    "code": "category",
    "empty": "number",
}


def write_csv(folder, text: str, name: str = "t.csv"):
    path = folder / name
    path.write_text(text)
    return path


def check_typed(reading: intake.Reading) -> None:
    assert reading.data.arrow.to_pydict() == EXPECTED
    assert {column.name: column.modality for column in reading.data.columns} == MODALITIES
    assert reading.notes == ("`bytes` are left out: no model reads such values",)


def test_csv_gives_a_typed_table_with_row_numbers_and_nothing_left_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    path = write_csv(tmp_path, "a,b\n1,x\n2\n3,y\n")

    reading = intake.read(path)

    assert reading.data.arrow.to_pydict() == {"a": [1, 3], "b": ["x", "y"]}
    assert reading.data.row_ids.tolist() == [0, 2]
    assert [each.row for each in reading.rejected] == [1]
    assert reading.source == str(path)
    assert reading.data.media_root == tmp_path
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("name", ["t.parquet", "t.parquet.brotli", "t.csv"])
def test_parquet_is_known_by_its_content(tmp_path, name):
    path = tmp_path / name
    parquet.write_table(TYPED, path, compression="brotli")

    check_typed(intake.read(path))


def test_feather_and_arrow_streams(tmp_path):
    feather.write_feather(TYPED, tmp_path / "t.feather")
    with pa.ipc.new_stream(str(tmp_path / "t.arrow"), TYPED.schema) as writer:
        writer.write_table(TYPED)

    check_typed(intake.read(tmp_path / "t.feather"))
    check_typed(intake.read(tmp_path / "t.arrow"))


def test_arrow_frame_is_read_as_its_file_would_be():
    check_typed(intake.read(TYPED))


def test_pandas_and_polars_frames_are_read_alike_and_stay_unchanged():
    columns = {"n": [1.5, None, 2.0], "w": ["x", "y", None], "y": [1, 0, 1]}
    frame = pd.DataFrame(columns)
    before = frame.copy()

    from_pandas = intake.read(frame)
    from_polars = intake.read(pl.DataFrame(columns))

    assert from_pandas.data.arrow.to_pydict() == columns
    assert from_polars.data.arrow.to_pydict() == columns
    assert from_pandas.fingerprint == from_polars.fingerprint
    assert from_pandas.source == "the frame"
    pd.testing.assert_frame_equal(frame, before)


def test_polars_lazy_frame_is_collected():
    assert len(intake.read(pl.LazyFrame({"a": [1, 2]})).data) == 2


def test_pandas_frame_with_numbered_columns_and_an_index():
    frame = pd.DataFrame(np.eye(2), index=[7, 9])

    assert intake.read(frame).data.arrow.column_names == ["0", "1"]


def test_row_labels_in_a_file_of_pandas_are_no_column(tmp_path):
    pd.DataFrame({"a": [1.5, 2.5]}, index=[7, 9]).to_parquet(tmp_path / "t.parquet")

    assert intake.read(tmp_path / "t.parquet").data.arrow.column_names == ["a"]


def test_answers_come_back_as_the_frame_that_asked():
    answers = pa.table({"prediction": ["a"]})

    assert isinstance(intake.like(answers, pd.DataFrame({"x": [1]})), pd.DataFrame)
    assert isinstance(intake.like(answers, pl.DataFrame({"x": [1]})), pl.DataFrame)
    assert intake.like(answers, answers) is answers


def test_json_lines_with_a_bad_line_and_absent_fields(tmp_path):
    text = '{"a": 1, "b": "x", "v": [1, 2]}\n{"a": 2.5}\n\nnonsense\n{"a": null, "b": 7}\n[1]\n'

    reading = intake.read(write_csv(tmp_path, text, "t.jsonl"))

    assert reading.data.arrow.to_pydict() == {
        "a": [1.0, 2.5, None],
        "b": ["x", None, "7"],
        "v": [[1.0, 2.0], None, None],
    }
    assert [(each.row, each.line) for each in reading.rejected] == [(2, 4), (4, 6)]
    assert reading.data.row_ids.tolist() == [0, 1, 3]
    assert reading.rejected[1].because == "it is no JSON object such as {...}"


def test_words_of_the_person_override_what_was_inferred(tmp_path):
    text = "zip,code,year,who,w,note\n10,007,2020,1,1,a\n20,008,2021,2,2,b\n"
    columns = {
        "zip": "category",
        "code": "number",
        "year": "time",
        "who": "group",
        "w": "weight",
        "note": "ignored",
    }

    table = intake.read(write_csv(tmp_path, text), columns=columns).data

    assert [column.modality for column in table.columns][:3] == ["category", "number", "time"]
    assert [column.role for column in table.columns][3:] == ["group", "weight", "ignored"]
    assert table.values("zip").to_pylist() == ["10", "20"]
    assert table.values("code").to_pylist() == [7, 8]
    assert table.values("year").to_pylist()[1] == datetime.datetime(2021, 1, 1)


def test_override_that_cannot_be_done_quotes_the_values_in_the_way(tmp_path):
    path = write_csv(tmp_path, "a,b\n1,x\ntwo,y\n")

    with pytest.raises(DataError, match="column `a` cannot be read as number: it holds `two`"):
        intake.read(path, columns={"a": "number"})
    with pytest.raises(DataError, match="column `b` cannot be read as time: it holds `x`, `y`"):
        intake.read(path, columns={"b": "time"})


def test_unknown_word_or_column_in_an_override_is_refused_with_the_nearest(tmp_path):
    path = write_csv(tmp_path, "age,b\n1,x\n2,y\n")

    with pytest.raises(AskError, match=r"no modality or role `numbr`. Did you mean `number`"):
        intake.read(path, columns={"age": "numbr"})
    with pytest.raises(AskError, match=r"no column `aeg` in t.csv. Did you mean `age`"):
        intake.read(path, columns={"aeg": "number"})


def test_missing_file_offers_the_nearest_name(tmp_path):
    write_csv(tmp_path, "a\n1\n", "reviews.csv")

    with pytest.raises(DataError, match=r"no file `review\.csv` in .*Did you mean `reviews\.csv`"):
        intake.read(tmp_path / "review.csv")
    with pytest.raises(DataError, match="there is no folder"):
        intake.read(tmp_path / "nowhere" / "t.csv")


def test_an_empty_folder_is_refused_in_words(tmp_path):
    with pytest.raises(DataError, match="holds no pictures and no texts; found: nothing") as caught:
        intake.read(tmp_path)

    assert caught.value.hint.startswith("Put pictures (.png, .jpg ...) or texts (.txt) into one")


def test_what_is_no_table_at_all_is_refused_in_words():
    with pytest.raises(AskError, match="an object of type int is not a table"):
        intake.read(3)
    with pytest.raises(DataError, match="the frame has no rows"):
        intake.read(pd.DataFrame({"a": []}))
    with pytest.raises(DataError, match="the frame has no columns"):
        intake.read(pd.DataFrame())
    with pytest.raises(DataError, match="a column of the frame mixes values of several types"):
        intake.read(pd.DataFrame({"a": [1, "x"]}))


def test_damaged_and_empty_parquet_are_refused_in_words(tmp_path):
    damaged, empty = tmp_path / "damaged.parquet", tmp_path / "empty.parquet"
    damaged.write_bytes(b"PAR1" + b"\1" * 500 + b"PAR1")
    parquet.write_table(TYPED.slice(0, 0), empty)

    with pytest.raises(DataError, match=r"damaged\.parquet is damaged"):
        intake.read(damaged)
    with pytest.raises(DataError, match=r"empty\.parquet has columns and no rows"):
        intake.read(empty)


def test_json_that_is_no_json_lines_is_refused_in_words(tmp_path):
    with pytest.raises(
        DataError, match=r"2 of 2 lines of t.jsonl cannot be read; line 1: it is no"
    ):
        intake.read(write_csv(tmp_path, "a\nb\n", "t.jsonl"))


def test_parent_never_imports_the_parser():
    import subprocess
    import sys

    code = (
        "import sys, tempfile, pathlib; from headstart import intake;"
        " p = pathlib.Path(tempfile.mkdtemp()) / 't.csv'; p.write_text('a,b\\n1,2\\n');"
        " intake.read(p); print(sorted({'duckdb', 'pandas', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin", "HEADSTART_PROCESS": "1"},
    )

    assert done.stdout == "[]\n", done.stderr
