from __future__ import annotations

import numpy as np
from planted import make_table, make_task

from headstart.profiling import profile


def _profile(cells, **roles):
    n = 60
    random = np.random.default_rng(0)
    cells = {"x": random.normal(size=n), **cells, "y": random.normal(size=n)}
    table = make_table(cells, "y", **roles)
    return profile(table, make_task(table, "y"))


def _columns(found, kind):
    return [trap.columns for trap in found.traps if trap.kind == kind]


def test_columns_with_one_value_or_none_are_left_out():
    found = _profile({"unit": ["cm"] * 60, "site": ["A"] * 60, "note": np.full(60, np.nan)})

    assert _columns(found, "constant") == [("note",), ("unit", "site")]
    assert {c.name for c in found.columns if c.role == "ignored"} == {"note", "unit", "site"}


def test_one_value_and_gaps_are_no_constant():
    found = _profile({"flag": np.where(np.arange(60) % 3, 1.0, np.nan)})

    assert found.traps[0].kind == "few_rows"
    assert _columns(found, "constant") == []


def test_mostly_empty_columns_are_told_and_kept():
    found = _profile({"rare": np.where(np.arange(60) < 12, np.arange(60.0), np.nan)})

    assert _columns(found, "missing") == [("rare",)]
    assert all(column.role != "ignored" for column in found.columns)


def test_names_and_account_numbers_are_identifiers_and_prices_are_not():
    random = np.random.default_rng(1)
    found = _profile(
        {
            "name": [f"person {i}" for i in random.permutation(60)],
            "account_id": random.choice(10_000, 60, replace=False),
            "price": random.choice(10_000, 60, replace=False),
        }
    )

    assert _columns(found, "identifier") == [("name",), ("account_id",)]


def test_columns_that_are_no_inputs_are_not_judged():
    found = _profile({"weight": np.ones(60)}, weight="weight")

    assert _columns(found, "constant") == []
