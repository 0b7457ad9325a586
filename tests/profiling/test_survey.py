from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from planted import honest, make_table, make_task

from headstart.profiling import profile
from headstart.records import Split, Task, World, WorldFacts


def _roles(found):
    return {column.name: column.role for column in found.columns}


@pytest.fixture
def deals():
    """Sold or not, with a date that only sold ones have and a number for each row."""
    random = np.random.default_rng(0)
    won = random.random(200) < 0.4
    return make_table(
        {
            "deal_id": np.arange(200) + 5_000,
            "size": random.normal(size=200),
            "closed_on_day": np.where(won, random.integers(1, 90, 200), np.nan),
            "currency": ["EUR"] * 200,
            "won": np.where(won, "yes", "no").tolist(),
        },
        "won",
    )


def test_what_misleads_is_left_out_and_the_sentence_says_how_to_keep_it(deals):
    found = profile(deals, make_task(deals, "won"))

    assert _roles(found) == {
        "deal_id": "ignored",
        "size": "input",
        "closed_on_day": "ignored",
        "currency": "ignored",
        "won": "target",
    }
    leak = next(trap for trap in found.traps if trap.kind == "leak")
    assert leak.columns == ("closed_on_day",)
    assert "is filled in for `won` = `yes` only" in leak.because
    assert leak.because.endswith("It is left out; --column closed_on_day=number keeps it.")


def test_a_column_that_the_person_named_keeps_its_role(deals):
    found = profile(deals, make_task(deals, "won"), fixed=frozenset({"closed_on_day", "currency"}))

    assert _roles(found)["closed_on_day"] == _roles(found)["currency"] == "input"
    assert any(trap.because.endswith("It stays, as you asked.") for trap in found.traps)


def test_the_last_input_is_never_left_out():
    x = np.random.default_rng(0).normal(size=100)
    table = make_table({"x": x, "y": 2 * x + 1}, "y")

    found = profile(table, make_task(table, "y"))

    assert _roles(found)["x"] == "input"
    assert "no other input column would be left" in found.traps[0].because


def test_the_facts_of_the_question_are_kept(deals):
    task = make_task(deals, "won")

    found = profile(deals, task, source="deals.csv", unlabelled=3, rejected=2)

    assert (found.source, found.rows, found.unlabelled, found.rejected) == ("deals.csv", 200, 3, 2)
    assert found.balance == pytest.approx((0.65, 0.35))  # no, yes


def test_the_same_table_has_the_same_profile(deals):
    task = make_task(deals, "won")

    assert profile(deals, task) == profile(deals, task)


def test_a_split_that_the_person_chose_stays():
    table = _visits()
    task = replace(make_task(table, "ill"), split=Split())

    chosen = profile(table, task, split_given=True)
    settled = profile(table, task)

    assert str(chosen.task.split) == "random"
    assert _roles(chosen)["patient"] == "input"
    assert str(settled.task.split) == "grouped:patient"
    assert _roles(settled)["patient"] == "group"


def _visits():
    random = np.random.default_rng(0)
    patient = np.repeat(np.arange(40), 5)
    ill = random.integers(0, 2, 40)[patient]
    return make_table(
        {
            "patient": [f"p{number}" for number in patient],
            "pulse": random.normal(size=200),
            "ill": np.where(ill, "yes", "no").tolist(),
        },
        "ill",
    )


def test_a_world_has_the_facts_that_were_measured_in_it():
    facts = WorldFacts(
        observation=(4,),
        states=None,
        actions=2,
        action_size=None,
        episode_steps=500,
        threshold=475.0,
        random_return=22.0,
        episodes=10,
        steps_per_second=1e5,
    )

    found = profile(World(id="gym:x"), Task(kind="control"), source="gym:x", world_facts=facts)

    assert found.world == facts
    assert (found.rows, found.columns, found.traps) == (0, (), ())


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_hardly_any_rows_are_profiled_all_the_same(rows):
    cells = {"x": [1.0, 2.0][:rows], "word": ["a", "b"][:rows], "y": ["no", "yes"][:rows]}
    table = make_table({name: np.array(v, dtype=object) for name, v in cells.items()}, "y")
    task = Task(kind="classification", targets=("y",), classes=(("no", "yes"),))

    assert profile(table, task).rows == rows


def test_extreme_numbers_raise_no_warning():
    cells = honest(0, rows=120)
    cells["x0"] = np.where(np.arange(120) % 2, 1e308, -1e308)
    cells["x1"] = np.where(np.arange(120) % 7, 1e-320, np.inf)
    table = make_table(cells, "y")

    profile(table, make_task(table, "y"))


def test_several_targets_are_each_asked():
    random = np.random.default_rng(0)
    a, b, x = random.normal(size=(3, 200))
    table = make_table({"x": x, "copy": b * 3, "a": a, "b": b}, "a", b="target")
    task = Task(kind="regression", targets=("a", "b"), metric="rmse")

    found = profile(table, task)

    assert [trap.columns for trap in found.traps] == [("copy",)]
    assert "`b`" in found.traps[0].because
