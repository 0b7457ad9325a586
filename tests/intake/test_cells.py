"""Cells of one column under a contract: what can be read is, the rest is missing and counted."""

import datetime

import pyarrow as pa
import pytest

from headstart.intake.cells import absent, fitted
from headstart.records import Column

NUMBER = Column(name="age", modality="number")
DAY = Column(name="day", modality="time")


def chunked(values, kind=None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, kind)])


def day(number: int, month: int = 1, year: int = 2024) -> datetime.datetime:
    return datetime.datetime(year, month, number)


def test_a_word_among_numbers_is_missing_counted_and_quoted():
    found = fitted(chunked(["1", "abc", " 2.5 ", "abc", None]), NUMBER)

    assert found.values.to_pylist() == [1.0, None, 2.5, None, None]
    assert found.note(NUMBER) == "2 cells of `age` are no numbers (`abc`, ...): taken as missing"


def test_marks_of_absence_are_no_cells_that_cannot_be_read():
    found = fitted(chunked(["1", "?", "-", "NA", "", "."]), NUMBER)

    assert found.values.to_pylist() == [1.0, None, None, None, None, None]
    assert found.note(NUMBER) == ""


def test_infinities_and_sheer_nonsense_are_no_numbers():
    found = fitted(chunked(["inf", "1e400", "0x1f", "12 %", "1_000", "5"]), NUMBER)

    assert found.values.to_pylist() == [None, None, None, None, None, 5.0]
    assert found.unread == 5
    assert found.examples == ("inf", "1e400", "0x1f")


def test_leading_zeros_do_not_keep_a_number_from_being_one():
    assert fitted(chunked(["007", "x"]), NUMBER).values.to_pylist() == [7.0, None]


@pytest.mark.parametrize(
    ("written", "comma_is_free", "expected"),
    [("", False, 1234.0), ("", True, 1.234), ("decimal_comma", False, 1.234)],
)
def test_a_comma_means_what_it_meant_in_training_else_what_the_file_suggests(
    written, comma_is_free, expected
):
    column = Column(name="price", modality="number", written=written)

    found = fitted(chunked(["1,234", None]), column, comma_is_free=comma_is_free)

    assert found.values.to_pylist() == [expected, None]


def test_truth_values_are_one_and_nought_for_a_model_of_numbers():
    assert fitted(chunked(["True", "False", None]), NUMBER).values.to_pylist() == [1.0, 0.0, None]


def test_times_and_lists_are_no_numbers():
    times = fitted(chunked([day(1)], pa.timestamp("us")), NUMBER)
    lists = fitted(chunked([[1.0]]), NUMBER)

    assert times.values.to_pylist() == lists.values.to_pylist() == [None]
    assert times.unread == lists.unread == 1


def test_dates_that_were_numbers_in_training_are_so_again():
    column = Column(name="day", modality="number", written="time:iso")

    found = fitted(chunked(["1970-01-02", "tomorrow"]), column)

    assert found.values.to_pylist() == [86_400_000_000, None]


def test_an_ambiguous_date_is_read_as_in_training():
    as_days = Column(name="day", modality="time", written="time:day/month/year")
    as_months = Column(name="day", modality="time", written="time:month/day/year")

    assert fitted(chunked(["03/04/2024"]), as_days).values.to_pylist() == [day(3, 4)]
    assert fitted(chunked(["03/04/2024"]), as_months).values.to_pylist() == [day(4, 3)]


def test_one_strange_date_does_not_turn_days_into_months():
    column = Column(name="day", modality="time", written="time:day/month/year")

    found = fitted(chunked(["03/04/2024", "05/06/2024", "02/13/2024"]), column)

    assert found.values.to_pylist() == [day(3, 4), day(5, 6), None]
    assert found.note(column) == "1 cell of `day` is no date (`02/13/2024`): taken as missing"


def test_a_file_in_another_form_is_read_in_the_form_that_fits_most():
    column = Column(name="day", modality="time", written="time:day/month/year")

    found = fitted(chunked(["2024-04-03", "2024-04-04", "soon"]), column)

    assert found.values.to_pylist() == [day(3, 4), day(4, 4), None]


def test_days_on_no_calendar_are_missing_one_by_one():
    texts = ["2024-02-29", "2023-02-29", "2024-04-31", "2024-13-01", "2024-01-01 25:00"]

    found = fitted(chunked(texts), DAY)

    assert found.values.to_pylist() == [day(29, 2), None, None, None, None]
    assert found.unread == 4


def test_of_clocks_with_and_without_a_zone_the_rarer_are_missing():
    texts = ["2024-01-01 12:00+02:00", "2024-01-02 12:00Z", "2024-01-03 12:00"]

    found = fitted(chunked(texts), DAY).values.to_pylist()

    assert found == [datetime.datetime(2024, 1, 1, 10), datetime.datetime(2024, 1, 2, 12), None]


def test_whole_numbers_are_years_for_a_model_of_times():
    assert fitted(chunked([2020, None]), DAY).values.to_pylist() == [day(1, 1, 2020), None]
    assert fitted(chunked(["20240131", "2020"]), DAY).values.to_pylist() == [
        day(31),
        day(1, 1, 2020),
    ]


def test_codes_get_back_the_zeros_that_led_them():
    code = Column(name="code", modality="category", written="digits:3")

    assert fitted(chunked([7, 12, None]), code).values.to_pylist() == ["007", "012", None]
    assert fitted(chunked([7.0, None]), code).values.to_pylist() == ["007", None]
    assert fitted(chunked(["7", "007"]), code).values.to_pylist() == ["7", "007"]


def test_numbers_are_words_for_a_model_of_categories():
    code = Column(name="code", modality="category")

    assert fitted(chunked([1, 20]), code).values.to_pylist() == ["1", "20"]


def test_lists_written_as_text_are_read_and_others_are_missing():
    vector = Column(name="v", modality="vector")

    found = fitted(chunked(["[1, 2.5]", "[]", "none of it", '["a"]', "{"]), vector)

    assert found.values.to_pylist() == [[1.0, 2.5], [], None, None, None]
    assert found.note(vector).startswith("3 cells of `v` are no lists of numbers (`none of it`")


@pytest.mark.parametrize("modality", ["number", "category", "text", "time", "vector"])
def test_an_absent_column_has_the_type_of_a_present_one(modality):
    column = Column(name="x", modality=modality)

    nothing = absent(2, column)

    assert nothing.to_pylist() == [None, None]
    assert fitted(chunked([None, None], pa.float64()), column).values.type == nothing.type
