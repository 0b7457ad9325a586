"""What the values of a column are taken for."""

import pyarrow as pa
import pytest

from headstart.intake.modalities import modality

SENTENCES = [f"this is sentence number {number} of them" for number in range(50)]
SIZES = ("well", "wide", "big")
HOW = ("so", "very")
TITLES = [f"{first} {how} {size}" for first in ("Fits", "Runs") for how in HOW for size in SIZES]
NOBLE = [f"{first} van Hall{number}" for first in ("Ann", "Eva") for number in range(30)]
NAMES = [f"Ann Miller {number}" for number in range(50)]


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("x", [0.5, 1.5], "number"),
        ("flag", [0, 1, 0, 1], "number"),
        ("colour", ["red", "green", "red"], "category"),
        (
            "education",
            ["some college but no degree"] * 30 + ["a doctorate of any kind"] * 30,
            "category",
        ),
        ("review", SENTENCES, "text"),
        ("comment", ["word " * 3 + "x" * 30 + str(number) for number in range(60)], "text"),
        ("title", TITLES, "text"),
        ("who", NAMES, "category"),
        ("who", NOBLE, "category"),
        ("who", [name.lower() for name in NAMES], "category"),
        ("uuid", [f"a{number:04d}" for number in range(50)], "identifier"),
        ("few", ["a", "b", "c"], "category"),
        ("user_id", [number * 7 % 101 for number in range(100)], "identifier"),
        ("customerId", [number * 7 % 101 for number in range(100)], "identifier"),
        ("paid", [number * 7 % 101 for number in range(100)], "number"),
        ("n", list(range(5, 105)), "identifier"),
        ("n", list(range(10)), "number"),
        ("user_id", [1, 1] * 20, "number"),
        ("picture", ["a/1.png", "a/2.JPG", None], "image"),
        ("sound", ["1.wav", "2.mp3"], "audio"),
        ("mixed", ["1.png", "2.txt"], "category"),
        ("empty", [None, None], "category"),
        ("vector", [[1.0, 2.0], [3.0, 4.0]], "vector"),
    ],
)
def test_modality(name, values, expected):
    kind = pa.string() if name == "empty" else None

    assert modality(name, pa.chunked_array([pa.array(values, kind)])) == expected


def test_duplicate_beyond_the_sample_means_no_identifier():
    values = [f"a{number}" for number in range(20_001)]
    values[1] = values[3]  # the sample takes every fourth value

    assert modality("code", pa.chunked_array([values])) == "category"
