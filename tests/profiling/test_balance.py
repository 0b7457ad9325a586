from __future__ import annotations

import numpy as np
from planted import make_table, make_task

from headstart.profiling import profile


def _kinds(cells):
    table = make_table(cells, "y")
    return {trap.kind: trap for trap in profile(table, make_task(table, "y")).traps}


def _noise(n, seed=0):
    return np.random.default_rng(seed).normal(size=n)


def test_a_rare_class_is_named_with_its_share():
    found = _kinds({"x": _noise(1_000), "y": ["rare"] * 32 + ["usual"] * 968})

    assert "3.2% of the rows (32 of 1,000) have `y` = `rare`" in found["imbalance"].because


def test_ten_equal_classes_are_balanced():
    found = _kinds({"x": _noise(1_000), "y": [str(i % 11) for i in range(1_000)]})

    assert "imbalance" not in found


def test_few_rows_are_told_in_all_and_by_class():
    found = _kinds({"x": _noise(60), "y": ["a"] * 57 + ["b"] * 3})

    assert "there are 60 rows in all; `b` has fewer than 5 rows" in found["few_rows"].because


def test_fewer_than_ten_rows_for_a_column_are_few():
    found = _kinds({**{f"x{i}": _noise(150, i) for i in range(20)}, "y": _noise(150, 99)})

    assert "150 rows for 20 input columns" in found["few_rows"].because


def test_a_file_whose_end_differs_from_its_beginning_is_told():
    x = _noise(500) + np.repeat([0.0, 3.0], 250)

    found = _kinds({"x": x, "z": _noise(500, 1), "y": _noise(500, 2)})

    assert found["shift"].columns == ("x",)


def test_a_file_sorted_by_its_classes_has_not_shifted():
    x = _noise(600) + np.repeat([0.0, 3.0, 6.0], 200) + _noise(600, 1)

    assert "shift" not in _kinds({"x": x, "y": ["a"] * 200 + ["c"] * 200 + ["b"] * 200})
