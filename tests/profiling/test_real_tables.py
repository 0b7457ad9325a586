"""Real tables that people know: nothing of them may be called a leak."""

from __future__ import annotations

import numpy as np
import pytest
from planted import make_table, make_task
from sklearn import datasets

from headstart.profiling import profile


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits", "diabetes"])
def test_nothing_of_a_known_table_is_called_a_leak(name):
    frame = getattr(datasets, f"load_{name}")(as_frame=True).frame
    cells = {column: frame[column].to_numpy() for column in frame.columns}
    if name != "diabetes":
        cells["target"] = frame["target"].astype(str).tolist()
    table = make_table(cells, "target")

    found = profile(table, make_task(table, "target"))

    assert {trap.kind for trap in found.traps} <= {"constant"}
    assert str(found.task.split) == "random"


def test_two_kinds_of_iris_are_told_apart_by_a_petal_which_is_warned_about_and_kept():
    frame = datasets.load_iris(as_frame=True).frame[:100]
    cells = {column: frame[column].to_numpy() for column in frame.columns}
    table = make_table({**cells, "target": frame["target"].astype(str).tolist()}, "target")

    found = profile(table, make_task(table, "target"))

    suspected = {name for trap in found.traps if trap.kind == "leak" for name in trap.columns}
    assert suspected == {"petal length (cm)", "petal width (cm)"}
    assert all(column.role != "ignored" for column in found.columns)


def test_a_strong_but_honest_column_stays():
    random = np.random.default_rng(0)
    y = random.integers(0, 2, 2_000)
    table = make_table(
        {"score": y * 2.7 + random.normal(size=2_000), "y": np.where(y, "yes", "no").tolist()}, "y"
    )

    found = profile(table, make_task(table, "y"))

    assert found.traps == ()  # its area under the curve is about 0.97
