import numpy as np
import pyarrow as pa
import pytest

from headstart.evaluation import importance
from headstart.records import Column, Numbers, Probabilities, Table, Task

NUMBER = Task(kind="regression", targets=("y",))


def table(rows=400, **columns):
    """Numeric columns; `y` is the target."""
    arrow = pa.table({name: pa.array(values) for name, values in columns.items()})
    kinds = tuple(
        Column(name=name, modality="number", role="target" if name == "y" else "input")
        for name in columns
    )
    return Table(columns=kinds, arrow=arrow, row_ids=np.arange(rows))


def three_columns(seed=0):
    generator = np.random.default_rng(seed)
    strong, weak, idle = generator.standard_normal((3, 400))
    noise = 0.1 * generator.standard_normal(400)
    return table(strong=strong, weak=weak, idle=idle, y=2 * strong + 0.3 * weak + noise)


def linear(rows):
    strong, weak = (rows.values(name).to_numpy() for name in ("strong", "weak"))
    return Numbers(values=(2 * strong + 0.3 * weak)[:, None])


def test_columns_come_in_the_order_of_what_they_do():
    found = importance(linear, three_columns(), NUMBER)

    assert [each.column for each in found] == ["strong", "weak", "idle"]
    assert found[0].interval[0] > 0.5
    assert found[1].interval[0] > 0
    assert found[2].increase == 0.0


def test_rise_is_in_units_of_the_targets_spread():
    found = importance(linear, three_columns(), NUMBER, repeats=10)

    # Shuffled, the strong column adds an error of 2 * sqrt(2) spreads of a standard normal.
    assert found[0].increase == pytest.approx(2 * 2**0.5 / 4.1**0.5, rel=0.1)


def test_the_table_stays_unchanged():
    rows = three_columns()
    before = rows.arrow

    importance(linear, rows, NUMBER)

    assert rows.arrow.equals(before)


def test_same_seed_same_answer():
    assert importance(linear, three_columns(), NUMBER, seed=4) == importance(
        linear, three_columns(), NUMBER, seed=4
    )


def test_only_some_of_many_rows_are_asked():
    asked = []

    def watched(rows):
        asked.append(len(rows))
        return linear(rows)

    importance(watched, three_columns(), NUMBER, most_rows=50, repeats=2)

    assert asked == [50] * 7


def test_no_column_is_begun_after_the_time_is_over():
    assert importance(linear, three_columns(), NUMBER, seconds=-1.0) == ()


def test_classes_rise_in_nats():
    task = Task(kind="classification", targets=("y",), classes=(("0", "1"),))
    x = np.random.default_rng(0).integers(0, 2, 400)
    rows = table(x=x, y=x)

    def copy(rows):
        one = 0.01 + 0.98 * rows.values("x").to_numpy()
        return Probabilities(values=(np.stack([1 - one, one], axis=1),))

    (found,) = importance(copy, rows, task)

    assert found.increase == pytest.approx(0.5 * np.log(99), rel=0.1)
