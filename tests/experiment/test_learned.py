"""What validation answers teach rests on every row once, with its group and its weight."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from headstart.delivery.combining import select
from headstart.evaluation import Contender, Outcome
from headstart.experiment.learned import adjustment, pooled, thinned
from headstart.experiment.material import Material
from headstart.records import Column, Numbers, Probabilities, Scratch, Split, Table, Task

ROWS = 120


def table(**roles: str) -> Table:
    generator = np.random.default_rng(3)
    values = {
        "x": generator.normal(size=ROWS),
        "home": np.repeat(np.arange(ROWS // 4), 4).astype(str),
        "w": np.where(np.arange(ROWS) % 2, 3.0, 1.0),
        "y": np.where(np.arange(ROWS) % 2, "a", "b"),
    }
    modalities = {"home": "category", "y": "category"}
    return Table(
        columns=tuple(
            Column(
                name=name, modality=modalities.get(name, "number"), role=roles.get(name, "input")
            )
            for name in values
        ),
        arrow=pa.table(values),
        row_ids=np.arange(ROWS),
    )


TASK = Task(
    kind="classification",
    targets=("y",),
    classes=(("a", "b"),),
    metric="log_loss",
    split=Split(kind="grouped", column="home"),
)


@pytest.fixture
def material(tmp_path) -> Material:
    data = table(home="group", w="weight", y="target")
    return Material(folder=tmp_path, task=TASK, data=data, seed=0, rows=96)


def contender(material: Material, draws: int, sure: float = 0.9) -> Contender:
    """Always as sure of class `a`, which the rows with the weight of 3 have."""
    outcomes = []
    for draw in range(draws):
        truth, blocks, weights = material.truth(draw)
        answer = np.tile([sure, 1 - sure], (len(truth), 1))
        outcomes.append(
            Outcome(
                draw=draw,
                score=0.5,
                truth=truth,
                prediction=Probabilities(values=(answer,)),
                blocks=blocks,
                weights=weights,
            )
        )
    return Contender(
        candidate="c",
        family="c",
        start=Scratch(),
        is_floor=False,
        cost=1.0,
        outcomes=tuple(outcomes),
    )


def test_a_group_has_one_number_in_every_draw(material):
    homes = np.repeat(np.arange(ROWS // 4), 4)
    numbers = np.full(ROWS // 4, -1)

    for draw in range(7):
        rows = material.check_rows(draw)
        _, blocks, _ = material.truth(draw)
        for home, number in zip(homes[rows], blocks, strict=True):
            assert numbers[home] in (-1, number)
            numbers[home] = number

    assert len(set(numbers)) == ROWS // 4


def test_pooled_answers_carry_groups_and_weights_and_hold_every_row_once(material):
    together, rows = pooled(material, contender(material, draws=7))

    assert rows.tolist() == list(range(ROWS))
    assert len(together.prediction) == len(together.truth) == ROWS
    assert len(set(together.blocks)) == ROWS // 4
    assert all(len(set(together.blocks[start : start + 4])) == 1 for start in range(0, ROWS, 4))
    np.testing.assert_allclose(together.weights, material.data.values("w").to_numpy() / 2)


def test_the_temperature_heeds_the_weights(material):
    weighted, _ = pooled(material, contender(material, draws=5))
    unweighted = Outcome(draw=0, score=0.5, truth=weighted.truth, prediction=weighted.prediction)

    with_weights = adjustment(material, weighted).temperature
    without = adjustment(material, unweighted).temperature

    # Three quarters of the weight, and half of the rows, are of the class that it is sure of.
    assert 1.0 < with_weights < 3.0 < without


def test_many_rows_are_thinned_and_few_are_kept(material):
    few, _ = pooled(material, contender(material, draws=5))
    rows = np.arange(50_000) % ROWS
    many = replace(
        few,
        truth=few.truth[rows],
        prediction=select(few.prediction, rows),
        blocks=few.blocks[rows],
        weights=few.weights[rows],
    )

    thin = thinned(many, seed=0)

    assert thinned(few, seed=0) is few
    assert (
        len(thin.truth) == len(thin.prediction) == len(thin.blocks) == len(thin.weights) == 20_000
    )
    np.testing.assert_array_equal(thin.truth, thinned(many, seed=0).truth)
    assert thin.truth.mean() == pytest.approx(many.truth.mean(), abs=0.02)


def test_direct_keeps_its_own_probabilities_and_has_sets(material):
    outcome, _ = pooled(material, contender(material, draws=5))

    made = adjustment(material, outcome, as_it_is=True)

    assert (made.temperature, made.steps, made.class_weights) == (1.0, None, None)
    assert made.sets is not None


def test_numbers_get_a_band_of_their_residuals(tmp_path):
    task = Task(kind="regression", targets=("x",), metric="rmse")
    data = table(x="target")
    material = Material(folder=tmp_path, task=task, data=data, seed=0, rows=96)
    truth, _, _ = material.truth_at(np.arange(ROWS))

    band = adjustment(
        material,
        Outcome(draw=0, score=1.0, truth=truth, prediction=Numbers(values=np.zeros((ROWS, 1)))),
    ).band

    ((low, high),) = band
    assert low < 0 < high
    assert np.mean((truth >= low) & (truth <= high)) >= 0.9
