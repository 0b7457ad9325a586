"""What both families of networks for tables promise, on tiny data."""

import json
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from headstart.errors import WeightsError
from headstart.families import family
from headstart.records import (
    Candidate,
    Column,
    ColumnFacts,
    FineTune,
    Profile,
    Refusal,
    Scratch,
    Table,
    Task,
)
from headstart.session import Session

FAMILIES = ("feedforward", "tabular_transformer")
CLASSES = ("no", "yes")


def table(rows=120, seed=0, targets=("y",), weights=None, **changed):
    """Two numbers, a category and targets that follow from them."""
    random = np.random.default_rng(seed)
    x, z = random.normal(size=(2, rows))
    colour = random.choice(["red", "green", "blue"], size=rows)
    signal = x + (colour == "red")
    columns = {
        "x": pa.array(x, mask=np.arange(rows) % 10 == 9),
        "z": pa.array(z),
        "colour": pa.array(colour),
    }
    for place, target in enumerate(targets):
        columns[target] = pa.array(np.where(signal > place / 2, "yes", "no"))
    if weights is not None:
        columns["weight"] = pa.array(weights)
    columns |= {name: pa.array(values) for name, values in changed.items()}
    roles = dict.fromkeys(targets, "target") | {"weight": "weight"}
    made = tuple(
        Column(
            name=name,
            modality="category" if pa.types.is_string(values.type) else "number",
            role=roles.get(name, "input"),
        )
        for name, values in columns.items()
    )
    return Table(columns=made, arrow=pa.table(columns), row_ids=np.arange(rows))


def classes(targets=("y",), labels=CLASSES):
    return Task(kind="classification", targets=targets, classes=(labels,) * len(targets))


def numbers(targets=("y",)):
    return Task(kind="regression", targets=targets)


def fit(name, task, data, folder, *, start=None, checkpoints=None, limits=None, **settings):
    """A fit and its session: 20 work units per thousand rows unless limits say otherwise."""
    module = family(name)
    candidate = Candidate(
        name=name, family=name, settings=module.Settings(**settings), start=start or Scratch()
    )
    limits = {"work": 20 * len(data) / 1000} if limits is None else limits
    session = Session(seed=0, folder=folder, rows=len(data), checkpoints=checkpoints, **limits)
    return module.fit(candidate, task, data, session), session


def profile(rows, columns, task):
    facts = tuple(
        ColumnFacts(name=f"c{place}", modality="number", role="input", missing=0, distinct=50)
        for place in range(columns)
    )
    return Profile(source="test", rows=rows, columns=facts, task=task)


both = pytest.mark.parametrize("name", FAMILIES)


@both
def test_learns_what_the_columns_say(name, tmp_path):
    data, unseen = table(300), table(200, seed=1)

    model, _ = fit(name, classes(), data, tmp_path)

    chances = model.predict(unseen).values[0]
    truth = unseen.arrow["y"].to_numpy(zero_copy_only=False) == "yes"
    assert ((chances[:, 1] > 0.5) == truth).mean() > 0.85


@both
def test_several_targets_have_heads_of_their_own(name, tmp_path):
    data, task = table(200, targets=("y", "w")), classes(("y", "w"))

    model, _ = fit(name, task, data, tmp_path)

    chances = model.predict(data).values
    shares = [
        (data.arrow[target].to_numpy(zero_copy_only=False) == "yes").mean() for target in "yw"
    ]
    assert [each[:, 1].mean() for each in chances] == pytest.approx(shares, abs=0.1)


@both
def test_probabilities_sum_to_one_in_double_precision(name, tmp_path):
    labels = ("maybe", "no", "yes")  # `maybe` does not occur

    model, _ = fit(name, classes(labels=labels), table(80), tmp_path)

    (chances,) = model.predict(table(50, seed=1)).values
    assert chances.dtype == np.float64
    assert np.abs(chances.sum(axis=1) - 1).max() < 1e-12
    assert (chances > 0).all()
    assert chances[:, 0].max() < 0.2


@both
def test_numbers_of_several_targets_come_in_their_own_units(name, tmp_path):
    x = np.random.default_rng(0).normal(size=300)
    data = table(300, targets=(), x=x, a=1e6 + 1e5 * x, b=-0.001 * x)
    roles = [
        Column(name=c.name, modality=c.modality, role="target") if c.name in "ab" else c
        for c in data.columns
    ]
    data = data.with_columns(roles)

    model, _ = fit(name, numbers(("a", "b")), data, tmp_path)

    found = model.predict(data).values
    assert np.std(found[:, 0] - data.arrow["a"].to_numpy()) < 3e4
    assert np.std(found[:, 1] - data.arrow["b"].to_numpy()) < 3e-4


@both
def test_rows_without_weight_are_not_learned_from(name, tmp_path):
    data = table(300)
    truth = data.arrow["y"].to_numpy(zero_copy_only=False)
    liars = np.arange(300) % 3 == 0
    told = np.where(liars, np.where(truth == "yes", "no", "yes"), truth)
    weighted = table(300, weights=np.where(liars, 0.0, 1.0), y=told)
    roles = [
        Column(name=c.name, modality=c.modality, role="target") if c.name == "y" else c
        for c in weighted.columns
    ]

    model, _ = fit(name, classes(), weighted.with_columns(roles), tmp_path)

    chances = model.predict(data).values[0]
    assert ((chances[:, 1] > 0.5) == (truth == "yes")).mean() > 0.85


@both
@pytest.mark.parametrize("rows", [1, 2, 7])
def test_a_handful_of_rows_gives_a_model(name, rows, tmp_path):
    model, session = fit(name, classes(), table(rows), tmp_path)

    (chances,) = model.predict(table(5, seed=1)).values
    assert np.isfinite(chances).all()
    assert session.losses


@both
def test_one_constant_target_is_answered_with_itself(name, tmp_path):
    data = table(60, y=["yes"] * 60)
    roles = [
        Column(name=c.name, modality=c.modality, role="target") if c.name == "y" else c
        for c in data.columns
    ]

    model, _ = fit(name, classes(), data.with_columns(roles), tmp_path)

    assert (model.predict(data).values[0][:, 1] > 0.8).all()


@both
def test_strange_rows_get_finite_answers(name, tmp_path):
    model, _ = fit(name, classes(), table(80), tmp_path)
    strange = table(3, x=[1e300, None, -1e300], colour=["never seen", None, "red"])

    (chances,) = model.predict(strange).values

    assert np.isfinite(chances).all()


@both
def test_one_row_equals_that_row_of_a_batch(name, tmp_path):
    data = table(200)
    model, _ = fit(name, classes(), data, tmp_path)

    whole = model.predict(data).values[0]
    alone = np.concatenate([model.predict(data.take([row])).values[0] for row in range(40)])

    assert np.abs(whole[:40] - alone).max() < 1e-6


@both
def test_order_of_the_rows_changes_nothing(name, tmp_path):
    data = table(120)
    backwards = data.take(np.arange(120)[::-1])

    one, _ = fit(name, classes(), data, tmp_path / "one")
    two, _ = fit(name, classes(), backwards, tmp_path / "two")

    assert np.array_equal(one.predict(data).values[0], two.predict(data).values[0])


@both
def test_work_budget_gives_the_same_bits_on_a_slow_clock(name, tmp_path):
    data, ticks = table(120), iter(np.arange(1e6))
    slow = {"work": 2.4, "seconds": 1e6, "clock": lambda: float(next(ticks))}

    one, _ = fit(name, classes(), data, tmp_path / "one", limits={"work": 2.4})
    two, _ = fit(name, classes(), data, tmp_path / "two", limits=slow)

    assert np.array_equal(one.predict(data).values[0], two.predict(data).values[0])


@both
def test_model_folder_holds_data_files_alone(name, tmp_path):
    data, folder = table(80), tmp_path / "model"
    folder.mkdir()
    model, _ = fit(name, classes(), data, tmp_path / "fit")

    model.save(folder)
    again = family(name).load(folder)

    assert {path.suffix for path in folder.iterdir()} <= {".json", ".arrow", ".safetensors"}
    assert np.array_equal(model.predict(data).values[0], again.predict(data).values[0])


@both
def test_another_familys_folder_is_refused_by_name(name, tmp_path):
    (tmp_path / "network.json").write_text(json.dumps({"family": "lstm"}))

    with pytest.raises(WeightsError, match=f"holds no `{name}`; it holds a `lstm`"):
        family(name).load(tmp_path)


def earlier(name, tmp_path, data=None, task=None):
    """A model of an earlier run, its session, and a start that goes on from it."""
    folder = tmp_path / "earlier"
    folder.mkdir()
    model, session = fit(name, task or classes(), data or table(200), tmp_path / "first")
    model.save(folder)
    start = {"start": FineTune(checkpoints=("earlier",)), "checkpoints": {"earlier": folder}}
    return model, session, start


@both
def test_fine_tuning_begins_lower_than_scratch(name, tmp_path):
    _, scratch, start = earlier(name, tmp_path)

    model, later = fit(name, classes(), table(200), tmp_path / "later", **start)

    assert later.losses[0] < scratch.losses[0]
    assert {move.action for move in model.receipt.moves} == {"copied"}


@both
def test_fine_tuning_matches_columns_by_name(name, tmp_path):
    _, _, start = earlier(name, tmp_path)
    other = table(100, seed=2, extra=np.arange(100.0))
    other = other.with_columns(
        [
            Column(name=c.name, modality=c.modality, role="ignored" if c.name == "z" else c.role)
            for c in other.columns
        ]
    )

    model, _ = fit(name, classes(), other, tmp_path / "later", **start)

    moves = {move.source or move.target: move.action for move in model.receipt.moves}
    assert (moves["x"], moves["z"], moves["extra"]) == ("copied", "dropped", "new")


@both
def test_fine_tuning_for_other_classes_draws_a_new_head(name, tmp_path):
    _, _, start = earlier(name, tmp_path)
    task = classes(labels=("maybe", "no", "yes"))

    model, _ = fit(name, task, table(100), tmp_path / "later", **start)

    actions = {}
    for move in model.receipt.moves:
        actions.setdefault(move.action, []).append(move.target or move.source)
    assert actions["new"] == ["head.weight", "head.bias"]
    assert actions["dropped"] == ["head.weight", "head.bias"]
    assert model.predict(table(5)).values[0].shape == (5, 3)


@both
def test_fine_tuning_without_time_keeps_what_was_learned(name, tmp_path):
    first, _, start = earlier(name, tmp_path)
    limits = {"limits": {"seconds": 0.0}}

    model, _ = fit(name, classes(), table(200), tmp_path / "later", **start, **limits)

    unseen = table(50, seed=5)
    before, after = (each.predict(unseen).values[0] for each in (first, model))
    assert np.abs(before - after).mean() < 0.05


def test_attention_wants_rows_and_few_columns():
    propose = family("tabular_transformer").propose
    task = classes()

    few, wide = propose(task, profile(500, 5, task)), propose(task, profile(9000, 300, task))

    assert isinstance(few, Refusal)
    assert "500 rows" in few.because
    assert isinstance(wide, Refusal)
    assert "300 columns" in wide.because
    assert not isinstance(propose(task, profile(9000, 5, task)), Refusal)


def test_feedforward_estimates_grow_with_the_rows():
    propose, task = family("feedforward").propose, numbers()

    small, large = (propose(task, profile(rows, 8, task))[0] for rows in (1_000, 100_000))

    assert small.estimate.seconds < large.estimate.seconds


def test_a_fit_does_not_import_the_compiler_of_torch():
    """It would cost more than the fit."""
    code = f"""
import sys, tempfile; from pathlib import Path
sys.path.insert(0, {str(__file__.rsplit("/", 1)[0])!r})
import test_neural as t
t.fit("feedforward", t.classes(), t.table(60), Path(tempfile.mkdtemp()))
print("torch" in sys.modules, "torch._dynamo" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True", "False"]
