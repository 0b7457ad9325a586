"""The linear floor, with scikit-learn as its oracle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from headstart.errors import WeightsError
from headstart.families.floors import linear
from headstart.records import Candidate, Column, ColumnFacts, Profile, Refusal, Table, Task
from headstart.session import Session

NUMBER = Task(kind="regression", targets=("y",))


def classes(*labels: str) -> Task:
    return Task(kind="classification", targets=("y",), classes=(labels,))


def table(task: Task, **columns: object) -> Table:
    arrow = pa.table({name: pa.array(values) for name, values in columns.items()})
    described = tuple(
        Column(
            name=name,
            modality="number"
            if pa.types.is_floating(arrow.schema.field(name).type)
            else "category",
            role="target" if name in task.targets else "weight" if name == "w" else "input",
        )
        for name in arrow.column_names
    )
    return Table(columns=described, arrow=arrow, row_ids=np.arange(arrow.num_rows))


def rows(count: int, task: Task, seed: int = 0) -> Table:
    random = np.random.default_rng(seed)
    x, z = random.normal(2.0, 3.0, size=count), random.normal(size=count)
    colour = random.choice(["red", "green", "blue"], count)
    strength = x + 3.0 * (colour == "red") + random.normal(size=count)
    if task.kind == "regression":
        return table(task, x=x, z=z, colour=colour, y=strength)
    names = np.array(task.classes[0])
    cuts = np.quantile(strength, np.arange(1, len(names)) / len(names))
    return table(task, x=x, z=z, colour=colour, y=names[np.digitize(strength, cuts)])


def fitted(data: Table, task: Task, folder: Path, seconds: float | None = None, **settings: float):
    candidate = Candidate(name="linear", family="linear", settings=linear.Settings(**settings))
    session = Session(seed=0, folder=folder, rows=len(data), seconds=seconds)
    return linear.fit(candidate, task, data, session)


def design(model: linear.Linear, data: Table) -> np.ndarray:
    return model.indicators.design(model.codes.matrix(data))


@pytest.mark.parametrize("penalty", [100.0, 1.0, 0.01])
def test_chances_equal_those_of_scikit_learn(penalty, tmp_path):
    from sklearn.linear_model import LogisticRegression

    for task in (classes("no", "yes"), classes("a", "b", "c")):
        data, fresh = rows(300, task), rows(100, task, seed=1)
        model = fitted(data, task, tmp_path, penalty=penalty, tolerance=1e-8, rounds=2000)
        oracle = LogisticRegression(C=1 / penalty, max_iter=5000, tol=1e-8)
        oracle.fit(design(model, data), data.values("y").to_numpy())

        found = model.predict(fresh).values[0]

        np.testing.assert_allclose(found, oracle.predict_proba(design(model, fresh)), atol=1e-4)


@pytest.mark.parametrize("penalty", [100.0, 1.0, 0.01])
def test_numbers_equal_those_of_scikit_learn(penalty, tmp_path):
    from sklearn.linear_model import Ridge

    data, fresh = rows(300, NUMBER), rows(100, NUMBER, seed=1)
    model = fitted(data, NUMBER, tmp_path, penalty=penalty)
    oracle = Ridge(alpha=penalty).fit(design(model, data), data.values("y").to_numpy())

    found = model.predict(fresh).values[:, 0]

    np.testing.assert_allclose(found, oracle.predict(design(model, fresh)), atol=1e-6)


def test_noise_columns_are_penalised_and_a_clear_signal_is_not(tmp_path):
    random = np.random.default_rng(0)
    noise = {f"n{place}": random.normal(size=60) for place in range(40)}
    x = random.normal(size=60)

    lost = fitted(table(NUMBER, y=random.normal(size=60), **noise), NUMBER, tmp_path / "a")
    clear = fitted(table(NUMBER, y=x, x=x), NUMBER, tmp_path / "b")

    assert lost.heads[0].penalty > 1.0
    assert clear.heads[0].penalty < 1.0


def test_row_weights_count(tmp_path):
    y = np.tile([0.0, 1.0], 50)
    data = table(NUMBER, x=np.zeros(100), y=y, w=np.where(y == 1.0, 9.0, 1.0))

    found = fitted(data, NUMBER, tmp_path).predict(data).values

    np.testing.assert_allclose(found, 0.9, atol=1e-6)


def test_a_class_that_never_occurs_has_almost_no_chance(tmp_path):
    task = classes("no", "never", "yes")
    data = rows(100, classes("no", "yes"))

    chances = fitted(data, task, tmp_path).predict(data).values[0]

    assert chances[:, 1].max() < 1e-5
    np.testing.assert_allclose(chances.sum(axis=1), 1.0)


@pytest.mark.parametrize("task", [NUMBER, classes("no", "yes")])
def test_rough_data_are_answered(task, tmp_path):
    x = np.r_[np.nan, np.inf, np.arange(58.0)]
    y = np.arange(60.0) if task is NUMBER else ["no", "yes"] * 30
    data = table(task, x=x, same=np.ones(60), nothing=pa.nulls(60, pa.float64()), y=y)
    single = data.take([5])

    for trained in (data, single):
        model = fitted(trained, task, tmp_path)
        values = model.predict(data.without("target")).values
        assert np.isfinite(values[0] if task.classes else values).all()
    assert len(model.predict(data.take([]))) == 0


def test_an_expired_clock_still_leaves_a_model(tmp_path):
    task = classes("a", "b", "c")
    data = rows(200, task)

    chances = fitted(data, task, tmp_path, seconds=0.0).predict(data).values[0]

    assert np.mean(np.array(task.classes[0])[chances.argmax(axis=1)] == data.values("y")) > 0.5


def test_a_saved_model_answers_alike(tmp_path):
    task = classes("a", "b", "c")
    data = rows(200, task)
    model = fitted(data, task, tmp_path)

    model.save(tmp_path)

    found = linear.load(tmp_path).predict(data).values[0]
    np.testing.assert_array_equal(found, model.predict(data).values[0])


def test_a_wrong_folder_is_named(tmp_path):
    with pytest.raises(WeightsError, match="holds no linear model; it holds nothing"):
        linear.load(tmp_path)


def test_it_is_always_in_the_race_where_there_are_columns():
    age = ColumnFacts(name="age", modality="number", role="input", missing=0, distinct=80)
    with_age = Profile(source="", rows=500, columns=(age,), task=NUMBER)
    without = Profile(source="", rows=500, columns=(), task=NUMBER)

    assert linear.propose(NUMBER, with_age)[0].estimate.seconds < 1.0
    assert isinstance(linear.propose(NUMBER, without), Refusal)
