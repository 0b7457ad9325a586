"""Steps undo what a temperature cannot, and are taken only where that was measured."""

import numpy as np
import pytest

from headstart.delivery import Adjustment
from headstart.delivery.adjustment import calibrated
from headstart.delivery.combining import cool
from headstart.evaluation import (
    calibrated_apart,
    expected_calibration_error,
    fit_calibration,
    reliability,
)
from headstart.metrics import proper_loss
from headstart.records import Probabilities, Task

BINARY = Task(kind="classification", targets=("y",), classes=(("no", "yes"),))
THREE = Task(kind="classification", targets=("y",), classes=(("a", "b", "c"),))


def lopsided(rows, seed):
    """A model whose high promises are far too high and whose low ones are right."""
    generator = np.random.default_rng(seed)
    promised = generator.random(rows)
    happens = np.where(promised < 0.5, promised, 0.5 + 0.1 * (promised - 0.5))
    truth = (generator.random(rows) < happens).astype(int)
    return truth[:, None], Probabilities(values=(np.column_stack([1 - promised, promised]),))


def too_sure(rows, seed, classes=3, by=0.4):
    """Probabilities of a model that a temperature of 1 / `by` repairs."""
    generator = np.random.default_rng(seed)
    chances = generator.dirichlet(np.ones(classes), size=rows)
    drawn = (generator.random((rows, 1)) > np.cumsum(chances, axis=1)).sum(axis=1)
    return drawn[:, None], cool(Probabilities(values=(chances,)), by)


def after(found, answer):
    made = Adjustment(temperature=found.temperature, steps=found.steps)
    return calibrated(answer, made)


def test_a_distortion_that_is_no_temperature_gets_steps():
    found = fit_calibration(*lopsided(2000, seed=0), BINARY)
    truth, answer = lopsided(20_000, seed=1)

    repaired = after(found, answer)

    assert found.steps is not None
    cooled = cool(answer, found.temperature)
    assert proper_loss(truth, repaired, BINARY) < proper_loss(truth, cooled, BINARY) - 0.02


def test_a_distortion_that_is_a_temperature_gets_one_number():
    assert fit_calibration(*too_sure(2000, seed=0), THREE).steps is None


def test_few_rows_get_one_number_whatever_the_distortion():
    assert fit_calibration(*lopsided(499, seed=0), BINARY).steps is None


@pytest.mark.parametrize(
    ("made", "task"), [(lopsided, BINARY), (too_sure, THREE)], ids=["steps", "temperature"]
)
def test_after_calibration_on_1000_rows_the_error_is_at_most_3_points(made, task):
    errors = []
    for seed in range(8):
        found = fit_calibration(*made(1000, seed=seed), task)
        truth, answer = made(20_000, seed=100 + seed)
        errors.append(expected_calibration_error(reliability(truth, after(found, answer), task)))

    assert np.mean(errors) <= 0.03


def test_steps_keep_the_order_of_the_rows():
    found = fit_calibration(*lopsided(2000, seed=0), BINARY)
    promised = np.linspace(0.01, 0.99, 500)
    asked = Probabilities(values=(np.column_stack([1 - promised, promised]),))

    assert (np.diff(after(found, asked).values[0][:, 1]) > 0).all()


def test_steps_are_few_and_nobody_is_sure():
    found = fit_calibration(*lopsided(20_000, seed=0), BINARY)
    ((knots,),) = found.steps

    assert len(knots[0]) <= 42
    assert 0 < min(knots[1]) <= max(knots[1]) < 1


@pytest.mark.parametrize("by_steps", [True, False])
def test_what_is_shown_of_the_calibration_was_not_taught_by_the_same_rows(by_steps):
    """Promises that tell nothing: steps that saw their own rows would seem to know something."""
    generator = np.random.default_rng(0)
    promised = generator.random(600)
    truth = (generator.random(600) < 0.5).astype(int)[:, None]
    answer = Probabilities(values=(np.column_stack([1 - promised, promised]),))

    apart = calibrated_apart(truth, answer, BINARY, by_steps=by_steps)

    assert len(apart) == 600
    assert proper_loss(truth, apart, BINARY) >= np.log(2) - 0.004
