"""The ladder of readings, rung by rung."""

import datetime

import pyarrow as pa
import pytest

from headstart.intake.casts import INTEGER, MISSING, NUMBER, TEXT, UNKNOWN, cast


def read(values: list[str | None], **options) -> tuple[str, list]:
    done = cast(pa.array(values, pa.string()), **options)
    return done.reading, done.values.to_pylist()


@pytest.mark.parametrize("mark", MISSING)
def test_marks_of_missing_values(mark):
    assert read(["1", mark]) == (INTEGER, [1, None])
    assert read(["a", mark]) == (TEXT, ["a", None])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "-2", " 3 "], (INTEGER, [1, -2, 3])),
        (["1", "2.5", ".5", "1e3", "+4"], (NUMBER, [1, 2.5, 0.5, 1000, 4])),
        (["007", "12"], (TEXT, ["007", "12"])),
        (["0", "0.5", "-0.5"], (NUMBER, [0, 0.5, -0.5])),
        (["12345678901234567890"], (TEXT, ["12345678901234567890"])),
        (["1,234", "12,000,000.5"], ("thousands", [1234, 12_000_000.5])),
        (["1,5"], (TEXT, ["1,5"])),
        (["1_000", "2"], (TEXT, ["1_000", "2"])),
        (["0x1f"], (TEXT, ["0x1f"])),
        (["12 %"], (TEXT, ["12 %"])),
        (["", None], (UNKNOWN, [None, None])),
        (["?"], (UNKNOWN, [None])),
        (["nan", "inf", "2"], (NUMBER, [None, None, 2])),
    ],
)
def test_numbers_are_numbers_and_codes_are_not(values, expected):
    assert read(values) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31",
        "2024-01-31 00:00",
        "2024-01-31T00:00:00",
        "2024-01-31T00:00:00.000000000",
        "2024-01-31T01:00:00+01:00",
        "2024-01-31T00:00:00Z",
        "2024/1/31",
        "31.1.2024",
        "31.01.2024 0:00",
        "1/31/2024",
        "31/1/2024",
        "31-01-2024",
        "31 Jan 2024",
        "31-January-2024",
        "January 31, 2024",
        "Jan 31 2024 00:00:00",
    ],
)
def test_forms_of_dates(text):
    reading, values = read([text, ""])

    assert reading.startswith("time:")
    assert values == [datetime.datetime(2024, 1, 31), None]


@pytest.mark.parametrize(
    "values", [["2024-02-31"], ["32.1.2024"], ["2024-01-31", "soon"], ["12:30"], ["1.2.24"]]
)
def test_what_is_no_day_stays_text(values):
    assert read(values) == (TEXT, values)


def test_later_values_settle_whether_the_day_or_the_month_comes_first():
    reading, values = read(["1/2/2024", "13/2/2024"])

    assert reading == "time:day/month/year"
    assert values[0] == datetime.datetime(2024, 2, 1)


def test_column_goes_down_the_ladder_and_never_up():
    assert read(["1", "2"], reading=TEXT) == (TEXT, ["1", "2"])
    assert read(["1", "2"], reading=NUMBER) == (NUMBER, [1.0, 2.0])
    assert read(["x"], reading=INTEGER) == (TEXT, ["x"])
