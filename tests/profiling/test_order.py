from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from planted import make_table, make_task

from headstart.profiling import profile


def _days(n, step=1):
    return [datetime(2020, 1, 1) + timedelta(days=step * i) for i in range(n)]


def _traps(cells):
    table = make_table(cells, "y")
    found = profile(table, make_task(table, "y"))
    return found, {trap.kind: trap for trap in found.traps}


def test_a_target_that_wanders_in_time_asks_for_a_temporal_split():
    random = np.random.default_rng(0)
    y = np.cumsum(random.normal(size=300))

    found, traps = _traps({"sold_on": _days(300), "x": random.normal(size=300), "y": y})

    assert str(found.task.split) == "temporal:sold_on"
    assert "the rows span time (`sold_on`)" in traps["time"].because
    assert traps["time"].because.endswith("--split random undoes it.")


def test_a_time_without_drift_is_told_and_split_at_random():
    random = np.random.default_rng(0)

    found, traps = _traps(
        {"day": _days(300), "x": random.normal(size=300), "y": random.normal(size=300)}
    )

    assert str(found.task.split) == "random"
    assert "--split temporal:day" in traps["time"].because


def test_a_date_of_birth_is_no_order_of_the_rows():
    random = np.random.default_rng(0)
    age = random.permutation(300)
    born = [datetime(1990, 1, 1) - timedelta(days=int(each)) for each in age]

    found, _ = _traps(
        {
            "date_of_birth": born,
            "x": random.normal(size=300),
            "y": age + random.normal(size=300) * 30,
        }
    )

    assert str(found.task.split) == "random"


def test_a_running_number_along_the_answer_is_a_leak():
    random = np.random.default_rng(0)
    y = np.sort(random.normal(size=200)) + random.normal(size=200) * 0.1

    _, traps = _traps({"row": np.arange(200), "x": random.normal(size=200), "y": y})

    assert traps["leak"].columns == ("row",)
    assert "the order tells the answer" in traps["leak"].because


def test_a_running_number_in_random_order_is_an_identifier():
    random = np.random.default_rng(0)

    _, traps = _traps(
        {"row": np.arange(200), "x": random.normal(size=200), "y": random.normal(size=200)}
    )

    assert traps.keys() == {"identifier"}


def test_a_year_as_a_number_is_told_as_a_time():
    random = np.random.default_rng(0)
    year = np.arange(1900, 2000)

    _found, traps = _traps(
        {"year": year, "x": random.normal(size=100), "y": year * 2.0 + random.normal(size=100)}
    )

    assert traps.keys() == {"time"}
    assert "--split temporal:year" in traps["time"].because


def test_an_integer_identifier_is_asked_for_its_order_too():
    random = np.random.default_rng(0)
    y = np.sort(random.normal(size=200)) + random.normal(size=200) * 0.1
    cells = {"Id": np.arange(200), "x": random.normal(size=200), "y": y}
    table = make_table(cells, "y")
    columns = [replace(c, modality="identifier") if c.name == "Id" else c for c in table.columns]

    found = profile(table.with_columns(columns), make_task(table, "y"))

    assert [trap.columns for trap in found.traps if trap.kind == "leak"] == [("Id",)]
