"""What every family of trees promises, on tiny data."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from headstart.errors import DataError, WeightsError
from headstart.families import family
from headstart.records import (
    Candidate,
    Column,
    ColumnFacts,
    FineTune,
    Numbers,
    Probabilities,
    Profile,
    Refusal,
    Table,
    Task,
)
from headstart.records.settings import check
from headstart.session import Session

NAMES = ("lightgbm", "xgboost", "catboost", "random_forest")
FEW = {
    "lightgbm": {"rounds": 40},
    "xgboost": {"rounds": 40},
    "catboost": {"rounds": 40, "depth": 4},
    "random_forest": {"trees": 20},
}
TWO = Task(kind="classification", targets=("y",), classes=(("no", "yes"),))
THREE = Task(kind="classification", targets=("y",), classes=(("a", "b", "c"),))
NUMBER = Task(kind="regression", targets=("y",))


def rows(count: int, seed: int = 0, task: Task = NUMBER) -> Table:
    """Two numbers and a colour; `y` is high where x is high or the colour is red."""
    random = np.random.default_rng(seed)
    x, z = random.normal(size=count), random.normal(size=count)
    colour = random.choice(["red", "green", "blue"], count)
    strength = x + 2.0 * (colour == "red") + 0.1 * random.normal(size=count)
    return table(task, x=x, z=z, colour=colour, y=answers(task, strength))


def answers(task: Task, strength: np.ndarray) -> np.ndarray:
    if task.kind == "regression":
        return strength
    labels = np.array(task.classes[0])
    return labels[np.digitize(strength, [0.0, 1.5][: len(labels) - 1])]


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


def session(tmp_path: Path, data: Table, **limits: object) -> Session:
    return Session(seed=3, folder=tmp_path, rows=len(data), threads=1, **limits)  # type: ignore[arg-type]


def candidate(name: str, **settings: object) -> Candidate:
    made = family(name).Settings(**{**FEW[name], **settings})
    return Candidate(name=name, family=name, settings=made)


def grown(name: str, task: Task, data: Table, tmp_path: Path, **settings: object):
    return family(name).fit(candidate(name, **settings), task, data, session(tmp_path, data))


def values(prediction: object) -> np.ndarray:
    assert isinstance(prediction, Numbers | Probabilities)
    return prediction.values if isinstance(prediction, Numbers) else prediction.values[0]


def is_right(task: Task, data: Table, prediction: object) -> float:
    labels = np.array(task.classes[0])
    return float(np.mean(labels[values(prediction).argmax(axis=1)] == data.values("y").to_numpy()))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("task", [TWO, THREE])
def test_classes_are_learned_and_their_chances_sum_to_one(name, task, tmp_path):
    train, check_rows = rows(400, 0, task), rows(200, 1, task)

    prediction = grown(name, task, train, tmp_path).predict(check_rows)

    assert is_right(task, check_rows, prediction) > 0.8
    np.testing.assert_allclose(values(prediction).sum(axis=1), 1.0)
    assert values(prediction).shape == (200, len(task.classes[0]))


@pytest.mark.parametrize("name", NAMES)
def test_numbers_are_learned(name, tmp_path):
    train, check_rows = rows(400), rows(200, seed=1)
    truth = check_rows.values("y").to_numpy()

    found = values(grown(name, NUMBER, train, tmp_path).predict(check_rows))

    assert found.shape == (200, 1)
    assert np.mean((found[:, 0] - truth) ** 2) < 0.25 * truth.var()


@pytest.mark.parametrize("name", NAMES)
def test_several_targets_are_answered_in_order(name, tmp_path):
    plain = rows(300)
    y = plain.values("y").to_numpy()
    both = Task(kind="regression", targets=("y", "less"))
    data = table(both, x=plain.values("x").to_numpy(), y=y, less=-y)

    found = values(grown(name, both, data, tmp_path).predict(data))

    assert found.shape == (300, 2)
    assert np.corrcoef(found[:, 0], y)[0, 1] > 0.5
    assert np.corrcoef(found[:, 1], y)[0, 1] < -0.5


@pytest.mark.parametrize("name", NAMES)
def test_several_labels_get_an_array_of_chances_each(name, tmp_path):
    plain = rows(300, task=TWO)
    task = replace(TWO, targets=("y", "u"), classes=(("no", "yes"), ("l", "m", "h")))
    u = np.array(["l", "m", "h"])[np.digitize(plain.values("x").to_numpy(), [-0.5, 0.5])]
    data = table(task, x=plain.values("x").to_numpy(), y=plain.values("y").to_numpy(), u=u)

    prediction = grown(name, task, data, tmp_path).predict(data)

    assert [each.shape for each in prediction.values] == [(300, 2), (300, 3)]


@pytest.mark.parametrize("name", NAMES)
def test_a_class_that_never_occurs_has_a_column_of_almost_nothing(name, tmp_path):
    task = replace(THREE, classes=(("a", "b", "c", "never"),))
    data = rows(200, task=THREE)

    chances = values(grown(name, task, data, tmp_path).predict(data))

    assert chances.shape == (200, 4)
    assert (chances[:, 3] > 0).all()
    assert chances[:, 3].max() < 1e-3


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("task", [TWO, NUMBER])
def test_one_row_or_one_answer_is_learned_as_it_is(name, task, tmp_path):
    single = rows(1, task=task)
    same = table(task, x=np.arange(50.0), y=["yes"] * 50 if task.classes else np.full(50, 7.0))

    from_single = values(grown(name, task, single, tmp_path / "a").predict(single))
    from_same = values(grown(name, task, same, tmp_path / "b").predict(same))

    assert np.isfinite(from_single).all()
    if task.classes:
        assert from_same[:, 1].min() > 0.99
    else:
        np.testing.assert_allclose(from_same, 7.0)


@pytest.mark.parametrize("name", NAMES)
def test_rough_columns_are_no_obstacle(name, tmp_path):
    plain = rows(120)
    x = plain.values("x").to_numpy().copy()
    x[::3] = np.nan
    x[1] = np.inf
    data = table(
        NUMBER,
        x=x,
        same=np.ones(120),
        nothing=pa.nulls(120, pa.float64()),
        blank=pa.nulls(120, pa.string()),
        many=[f"value {row}" for row in range(120)],
        y=plain.values("y").to_numpy(),
    )

    model = grown(name, NUMBER, data, tmp_path)

    assert np.isfinite(values(model.predict(data))).all()


@pytest.mark.parametrize("name", NAMES)
def test_strange_tables_are_answered_all_the_same(name, tmp_path):
    model = grown(name, NUMBER, rows(150), tmp_path)
    strange = table(NUMBER, colour=["mauve", None], other=[1.0, 2.0])

    found = values(model.predict(strange))

    assert np.isfinite(found).all()
    assert values(model.predict(rows(150).take([]))).shape == (0, 1)


@pytest.mark.parametrize("name", NAMES)
def test_heavy_rows_pull_the_answer(name, tmp_path):
    y = np.tile([0.0, 1.0], 60)
    data = table(NUMBER, x=np.zeros(120), y=y, w=np.where(y == 1.0, 9.0, 1.0))

    found = values(grown(name, NUMBER, data, tmp_path).predict(data))

    assert 0.75 < found.mean() <= 1.0


@pytest.mark.parametrize("name", NAMES)
def test_an_expired_clock_still_leaves_a_model(name, tmp_path):
    data = rows(200)
    late = session(tmp_path, data, seconds=0.0)

    model = family(name).fit(candidate(name, **FEW[name]), NUMBER, data, late)

    assert late.rounds_done == 1
    assert late.losses
    assert np.isfinite(values(model.predict(data))).all()


@pytest.mark.parametrize("name", ["lightgbm", "xgboost", "catboost"])
def test_work_units_end_the_rounds(name, tmp_path):
    data = rows(200)
    short = session(tmp_path, data, work=1.0)  # five rounds of 200 rows

    family(name).fit(candidate(name), NUMBER, data, short)

    assert short.rounds_done == 5
    assert short.stopped_by == "work"


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_answers(name, tmp_path):
    data = rows(200, task=THREE)

    first = values(grown(name, THREE, data, tmp_path / "1").predict(data))
    second = values(grown(name, THREE, data, tmp_path / "2").predict(data))

    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("name", NAMES)
def test_one_row_is_answered_as_in_a_batch(name, tmp_path):
    data = rows(200, task=THREE)
    model = grown(name, THREE, data, tmp_path)

    alone = values(model.predict(data.take([17])))

    np.testing.assert_allclose(alone[0], values(model.predict(data))[17], atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_the_loss_falls(name, tmp_path):
    data = rows(300, task=TWO)
    live = session(tmp_path, data)

    family(name).fit(candidate(name), TWO, data, live)

    assert live.losses[-1] < live.losses[0]


_ELSEWHERE = """
import sys
from pathlib import Path
import numpy as np, pyarrow as pa
from headstart.families import family
from headstart.records import Column, Table
arrow = pa.ipc.open_file(Path(sys.argv[2], "rows.arrow").read_bytes()).read_all()
columns = (Column(name="x", modality="number"), Column(name="z", modality="number"),
           Column(name="colour", modality="category"))
rows = Table(columns=columns, arrow=arrow, row_ids=np.arange(arrow.num_rows))
model = family(sys.argv[1]).load(Path(sys.argv[2], "model"))
np.save(Path(sys.argv[2], "found.npy"), model.predict(rows).values[0])
assert "sklearn" not in sys.modules, "scikit-learn was imported"
assert "pandas" not in sys.modules, "pandas was imported"
"""


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_model_answers_alike_in_another_process(name, tmp_path):
    data = rows(200, task=TWO)
    model = grown(name, TWO, data, tmp_path)
    (tmp_path / "model").mkdir()
    model.save(tmp_path / "model")
    inputs = data.arrow.select(["x", "z", "colour"])
    with pa.ipc.new_file(tmp_path / "rows.arrow", inputs.schema) as writer:
        writer.write_table(inputs)

    subprocess.run(
        [sys.executable, "-c", _ELSEWHERE, name, str(tmp_path)],
        check=True,
        env={"HEADSTART_PROCESS": "1", "PATH": ""},
    )

    np.testing.assert_array_equal(np.load(tmp_path / "found.npy"), values(model.predict(data)))
    assert not list((tmp_path / "model").rglob("*.pkl"))


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_folder_is_named(name, tmp_path):
    (tmp_path / "notes.txt").write_text("hello")

    with pytest.raises(WeightsError, match=r"holds no .*; it holds `notes.txt`"):
        family(name).load(tmp_path)


def fine_tuned(name: str, task: Task, before, data: Table, tmp_path: Path):
    (tmp_path / "before").mkdir(parents=True)
    before.save(tmp_path / "before")
    again = session(tmp_path, data, checkpoints={"old": tmp_path / "before"})
    start = replace(candidate(name), start=FineTune(checkpoints=("old",)))
    return family(name).fit(start, task, data, again), again


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("task", [TWO, NUMBER])
def test_fine_tuning_goes_on_from_what_was_learned(name, task, tmp_path):
    before = grown(name, task, rows(300, 0, task), tmp_path)
    scratch = session(tmp_path, rows(60, 1, task))
    family(name).fit(candidate(name), task, rows(60, 1, task), scratch)

    model, live = fine_tuned(name, task, before, rows(60, 1, task), tmp_path)

    assert live.losses[0] < scratch.losses[0]
    assert np.sum(model.describe()[COUNTED[name]]) > np.sum(before.describe()[COUNTED[name]])


COUNTED = dict.fromkeys(NAMES, "rounds") | {"random_forest": "trees"}


@pytest.mark.parametrize("name", NAMES)
def test_fine_tuning_matches_columns_by_name_and_kind(name, tmp_path):
    before = grown(name, NUMBER, rows(200), tmp_path)
    later = rows(80, seed=1)
    data = table(
        NUMBER,
        x=later.values("x").to_numpy(),
        z=["now", "text"] * 40,
        fresh=np.arange(80.0),
        colour=["mauve"] * 80,
        y=later.values("y").to_numpy(),
    )

    model, _ = fine_tuned(name, NUMBER, before, data, tmp_path)

    moves = [(move.source, move.target, move.action) for move in model.receipt.moves]
    assert moves == [
        ("x", "x", "copied"),
        ("colour", "colour", "copied"),
        ("z", None, "dropped"),
        (None, "z", "new"),
        (None, "fresh", "new"),
    ]
    assert np.isfinite(values(model.predict(data))).all()


@pytest.mark.parametrize("name", NAMES)
def test_fine_tuning_on_other_classes_is_refused(name, tmp_path):
    before = grown(name, TWO, rows(100, 0, TWO), tmp_path)

    with pytest.raises(WeightsError, match=r"`no`, `yes`.*`a`, `b`, `c`"):
        fine_tuned(name, THREE, before, rows(100, 0, THREE), tmp_path)


@pytest.mark.parametrize("name", ["lightgbm", "xgboost", "catboost"])
def test_fine_tuning_on_a_class_never_seen_is_refused(name, tmp_path):
    seen = rows(200, 0, THREE)
    without_c = seen.take(np.flatnonzero(seen.values("y").to_numpy() != "c"))
    before = grown(name, THREE, without_c, tmp_path)

    with pytest.raises(DataError, match="a class that the earlier model never saw"):
        fine_tuned(name, THREE, before, seen, tmp_path)


def profile(task: Task, count: int, *columns: ColumnFacts) -> Profile:
    return Profile(source="rows.csv", rows=count, columns=columns, task=task)


AGE = ColumnFacts(name="age", modality="number", role="input", missing=0, distinct=80)
FACE = ColumnFacts(name="face", modality="image", role="input", missing=0, distinct=80)


@pytest.mark.parametrize("name", NAMES)
def test_candidates_begin_with_the_safe_one_and_say_why(name):
    proposed = family(name).propose(TWO, profile(TWO, 1_000, AGE))

    assert not isinstance(proposed, Refusal)
    assert proposed[0].name == name
    assert len({each.name for each in proposed}) == len(proposed) <= 3
    for each in proposed:
        check(each.settings)
        assert "1,000 rows" in each.because
        assert each.estimate.seconds > 0


@pytest.mark.parametrize("name", NAMES)
def test_other_tasks_and_other_columns_are_refused(name):
    forecasting = Task(kind="forecasting", targets=("y",))

    assert isinstance(family(name).propose(forecasting, profile(forecasting, 99, AGE)), Refusal)
    assert isinstance(family(name).propose(TWO, profile(TWO, 99, FACE)), Refusal)
