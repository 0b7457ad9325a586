from __future__ import annotations

import numpy as np
from planted import make_table, make_task

from headstart.profiling.missingness import written_afterwards
from headstart.profiling.sample import draw_sample


def _accused(cells):
    table = make_table(cells, "y")
    found = written_afterwards(draw_sample(table, make_task(table, "y")), frozenset())
    return {finding.columns[0]: finding.because for finding in found}


def _column(filled):
    return np.where(filled, 1.0, np.nan)


def test_a_column_that_is_empty_for_one_class_only_is_found():
    y = np.array(["kept", "left"] * 100)
    filled = (y == "kept") | (np.arange(200) % 4 == 1)

    found = _accused({"renewal": _column(filled), "y": y.tolist()})

    assert (
        "is empty for `y` = `left` only (50 of 50 rows, and 50% of that class)" in found["renewal"]
    )


def test_a_lifeboat_that_nearly_tells_who_lived_is_found():
    lived = np.arange(1_000) < 400
    filled = lived.copy()
    filled[::30] = ~filled[::30]  # 3 % are wrong, on either side

    assert "boat" in _accused({"boat": _column(filled), "y": np.where(lived, "1", "0").tolist()})


def test_gaps_that_lean_to_one_class_are_no_leak():
    random = np.random.default_rng(0)
    ill = random.random(1_000) < 0.5
    filled = random.random(1_000) < np.where(ill, 0.9, 0.4)

    assert _accused({"test": _column(filled), "y": np.where(ill, "ill", "well").tolist()}) == {}


def test_a_few_gaps_prove_nothing():
    y = np.array(["a", "b"] * 50)
    filled = np.ones(100, dtype=bool)
    filled[np.flatnonzero(y == "a")[:12]] = False

    assert _accused({"x": _column(filled), "y": y.tolist()}) == {}


def test_a_column_filled_in_for_the_highest_numbers_is_found():
    y = np.random.default_rng(0).normal(size=300)

    found = _accused({"penalty": _column(y > 0.5), "x": y**2, "y": y})

    assert "is filled in for the highest `y` only" in found["penalty"]
    assert "x" not in found
