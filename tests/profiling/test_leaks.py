from __future__ import annotations

import numpy as np
import pytest
from planted import make_table, make_task

from headstart.profiling.leaks import columns_that_tell
from headstart.profiling.sample import draw_sample


def _accused(cells, skip=frozenset()):
    table = make_table(cells, "y")
    found = columns_that_tell(draw_sample(table, make_task(table, "y")), skip)
    return {finding.columns[0]: finding for finding in found}


def _labels(n, share=0.5, seed=0):
    return np.where(np.random.default_rng(seed).random(n) < share, "yes", "no")


def test_twenty_rows_suffice_for_a_copy_and_say_what_it_equals():
    y = np.array(["no"] * 10 + ["yes"] * 10)

    found = _accused({"status": y.tolist(), "y": y.tolist()})

    assert "it equals `y` in 20 of 20 rows" in found["status"].because
    assert found["status"].role == "ignored"


def test_a_perfect_cut_in_few_rows_is_told_and_kept():
    y = _labels(120)
    x = np.where(y == "yes", 2.0, -2.0) + np.random.default_rng(1).uniform(-1, 1, 120)

    few = _accused({"x": x, "z": x**2, "y": y.tolist()})

    assert few["x"].role is None
    assert "suspicious" in few["x"].because


def test_a_perfect_cut_in_many_rows_is_left_out():
    y = _labels(400)
    x = np.where(y == "yes", 2.0, -2.0) + np.random.default_rng(1).uniform(-1, 1, 400)

    assert _accused({"x": x, "y": y.tolist()})["x"].role == "ignored"


def test_a_rare_class_does_not_make_a_useless_column_look_right():
    y = _labels(2_000, share=0.01)
    random = np.random.default_rng(1)
    cells = {
        "x": random.normal(size=2_000),
        "c": random.integers(0, 3, 2_000).astype(str).tolist(),
        "y": y.tolist(),
    }

    assert _accused(cells) == {}


def test_a_code_of_a_rare_class_is_found():
    y = _labels(2_000, share=0.02)

    assert "flag" in _accused({"flag": np.where(y == "yes", 9.0, 4.0), "y": y.tolist()})


@pytest.mark.parametrize("curve", [np.exp, np.cbrt, np.negative, np.square, np.sin])
def test_any_curve_of_a_number_is_found(curve):
    x = np.random.default_rng(0).normal(size=500)

    assert _accused({"x": x, "y": curve(x) * 3 + 1})["x"].role == "ignored"


def test_a_near_copy_such_as_last_year_is_told_and_kept():
    y = np.random.default_rng(0).normal(size=2_000)
    near = y + np.random.default_rng(1).normal(size=2_000) * 0.03

    assert _accused({"last_year": near, "y": y})["last_year"].role is None


def test_a_good_predictor_of_a_number_is_no_leak():
    y = np.random.default_rng(0).normal(size=2_000)
    good = y + np.random.default_rng(1).normal(size=2_000) * 0.2

    assert _accused({"good": good, "y": y}) == {}


def test_bands_of_a_number_with_many_equal_values_are_no_leak():
    random = np.random.default_rng(0)
    y = np.where(random.random(500) < 0.97, 0.0, random.integers(1, 9, 500))

    assert _accused({"c": random.integers(0, 4, 500).astype(str).tolist(), "y": y}) == {}


def test_many_values_with_one_answer_each_are_a_group():
    ward = np.repeat(np.arange(60), 10)
    y = _labels(60)[ward]
    names = [f"ward {number}" for number in ward]

    found = _accused({"ward": names, "y": y.tolist()})["ward"]

    assert (found.kind, str(found.split)) == ("groups", "grouped:ward")


def test_a_year_that_rises_down_the_file_is_left_to_the_order():
    year = np.arange(1900, 2000).astype(float)

    assert "year" not in _accused({"year": year, "y": year**2})
    assert "size" in _accused({"size": year, "y": year**2})


def test_columns_to_skip_are_not_asked():
    y = _labels(100).tolist()

    assert _accused({"copy": y, "y": y}, skip=frozenset({"copy"})) == {}


def test_a_code_that_is_wrong_twice_in_two_hundred_rows_is_told_and_kept():
    y = _labels(200)
    code = np.where(y == "yes", "b", "a")
    code[:2] = np.where(code[:2] == "a", "b", "a")

    found = _accused({"code": code.tolist(), "y": y.tolist()})["code"]

    assert "right in 198 of 200 rows" in found.because
    assert found.role is None
