"""Columns as codes: one claim a test, on tables that fit the eye."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest

from headstart.errors import DataError
from headstart.features.codes import Codes, learn_codes, load_codes
from headstart.records import Column, Table
from headstart.records.data import Modality

NAN = np.nan


def table(**columns: tuple[Modality, list[object]]) -> Table:
    arrow = pa.table({name: pa.array(values) for name, (_, values) in columns.items()})
    described = tuple(
        Column(name=name, modality=modality) for name, (modality, _) in columns.items()
    )
    return Table(columns=described, arrow=arrow, row_ids=np.arange(arrow.num_rows))


def column(codes: Codes, rows: Table, place: int = 0) -> list[float]:
    return [NAN if np.isnan(value) else float(value) for value in codes.matrix(rows)[:, place]]


def test_a_missing_number_is_nan():
    rows = table(x=("number", [1.5, None, NAN]))

    np.testing.assert_array_equal(column(learn_codes(rows), rows), [1.5, NAN, NAN])


def test_a_number_beyond_1e30_becomes_1e30():
    rows = table(x=("number", [1.0, float("inf"), -float("inf"), 1e300]))

    found = learn_codes(rows).matrix(rows)[:, 0]

    assert np.isfinite(found).all()
    assert found[1] == found[3] == -found[2] == np.float32(1e30)


def test_whole_numbers_far_from_zero_stay_apart():
    rows = table(x=("number", [10**12, 10**12 + 1, 10**12 + 2]))

    assert column(learn_codes(rows), rows) == [-1.0, 0.0, 1.0]


def test_words_in_a_column_of_numbers_are_refused_with_its_name():
    codes = learn_codes(table(age=("number", [1.0, 2.0])))

    with pytest.raises(DataError, match="column `age` should hold numbers"):
        codes.matrix(table(age=("number", ["young", "old"])))


def test_the_most_frequent_category_is_1_and_a_missing_one_nan():
    rows = table(c=("category", ["b", "a", "a", "b", "a", None]))

    codes = learn_codes(rows)

    np.testing.assert_array_equal(column(codes, rows), [2, 1, 1, 2, 1, NAN])
    assert codes.cardinalities == (3,)
    assert codes.categorical == (True,)


def test_a_category_seen_once_or_never_is_0():
    codes = learn_codes(table(c=("category", ["a", "a", "once"])))

    assert column(codes, table(c=("category", ["a", "once", "never"]))) == [1, 0, 0]


def test_the_order_of_rows_changes_no_code():
    one = learn_codes(table(c=("category", ["b", "a", "c", "a", "b", "c"])))
    other = learn_codes(table(c=("category", ["c", "c", "b", "b", "a", "a"])))
    rows = table(c=("category", ["a", "b", "c"]))

    assert column(one, rows) == column(other, rows) == [1, 2, 3]


def test_many_categories_are_folded_and_counted():
    rows = table(c=("category", ["a"] * 4 + ["b"] * 3 + ["c"] * 2 + ["d"]))

    codes = learn_codes(rows, most_categories=1)

    assert codes.names == ("c", "c (frequency)")
    assert codes.cardinalities == (2, 0)
    asked = table(c=("category", ["a", "b", "c", "d", None]))
    np.testing.assert_array_equal(column(codes, asked, 0), [1, 0, 0, 0, NAN])
    np.testing.assert_allclose(column(codes, asked, 1), np.log([5, 4, 3, 1, NAN]), rtol=1e-6)


@pytest.mark.parametrize("stored", [pa.large_string(), pa.dictionary(pa.int8(), pa.string())])
def test_categories_of_any_arrow_type_are_the_same(stored):
    rows = table(c=("category", ["a", "a", "b", "b"]))
    other = Table(
        columns=rows.columns,
        arrow=rows.arrow.cast(pa.schema({"c": stored})),
        row_ids=rows.row_ids,
    )

    assert column(learn_codes(rows), other) == [1, 1, 2, 2]


def test_a_number_read_as_a_category_is_written_without_a_point():
    codes = learn_codes(table(c=("category", [1, 1, 2, 2])))

    np.testing.assert_array_equal(column(codes, table(c=("category", [2.0, None]))), [2, NAN])


def test_a_time_becomes_the_parts_that_vary():
    rows = table(t=("time", [datetime(2024, 1, 1, 6, 30), datetime(2024, 1, 3), None]))

    codes = learn_codes(rows)

    assert codes.names == ("t (day)", "t (weekday)", "t (hour)", "t (days)")
    expected = [[1, 0, 6.5, 6.5 / 24], [3, 2, 0, 2], [NAN] * 4]
    np.testing.assert_allclose(codes.matrix(rows), expected, rtol=1e-6)


def test_a_text_becomes_counts_and_frequent_words():
    rows = table(t=("text", ["Good dog!", "good cat 7", None] * 5 + ["day"]))

    codes = learn_codes(rows)

    words = ("characters", "words", "digits", "capitals", "marks")
    assert codes.names[:5] == tuple(f"t ({word})" for word in words)
    assert codes.names[5:] == ("t = 7", "t = cat", "t = dog")
    np.testing.assert_array_equal(codes.matrix(rows)[0], [9, 2, 0, 1, 1, 0, 0, 1])
    assert np.isnan(codes.matrix(rows)[2]).all()


def test_absent_columns_are_missing_and_additional_ones_unused():
    codes = learn_codes(table(a=("number", [1.0, 2.0]), b=("category", ["x", "x"])))

    found = codes.matrix(table(c=("number", [7.0]), b=("category", ["x"])))

    np.testing.assert_array_equal(found, [[NAN, 1]])


def test_a_column_of_another_kind_counts_as_absent():
    codes = learn_codes(table(a=("number", [1.0, 2.0])))

    np.testing.assert_array_equal(codes.matrix(table(a=("category", ["1", "2"]))), [[NAN], [NAN]])


def test_pictures_and_targets_are_left_out():
    rows = table(a=("number", [1.0]), face=("image", ["a.png"]), y=("number", [1.0]))
    target = Column(name="y", modality="number", role="target")

    codes = learn_codes(rows.with_columns([*rows.columns[:2], target]))

    assert codes.names == ("a",)


def test_saved_codes_are_the_same_again(tmp_path):
    rows = table(
        x=("number", [10**12, 10**12 + 1, None]),
        c=("category", ["a", "a", "b"]),
        t=("time", [datetime(2024, 1, 1), datetime(2024, 2, 1), None]),
        s=("text", ["some words", "some", None]),
    )
    codes = learn_codes(rows)

    codes.save(tmp_path)
    again = load_codes(tmp_path)

    assert again.names == codes.names
    assert again.cardinalities == codes.cardinalities
    np.testing.assert_array_equal(again.matrix(rows), codes.matrix(rows))


def test_no_rows_give_an_empty_matrix():
    rows = table(x=("number", [1.0]), s=("text", ["a b"]), c=("category", ["a"])).take([])

    assert learn_codes(rows).matrix(rows).shape == (0, len(learn_codes(rows).names))


_LEAN = """
import sys
from pathlib import Path
from headstart.features.codes import load_codes
load_codes(Path(sys.argv[1]))
heavy = {"pandas", "sklearn", "scipy", "torch"} & set(sys.modules)
assert not heavy, heavy
"""


def test_loading_imports_neither_pandas_nor_scikit_learn(tmp_path):
    learn_codes(table(c=("category", ["a", "a"]))).save(tmp_path)

    subprocess.run(
        [sys.executable, "-c", _LEAN, str(tmp_path)],
        check=True,
        env={"HEADSTART_PROCESS": "1", "PATH": ""},
    )
