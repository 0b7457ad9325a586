"""Plans go by what is still to pay."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from headstart.experiment.prices import Prices
from headstart.records import Candidate, Estimate, FineTune, Transfer, Trial

FROZEN = Transfer(checkpoints=("eyes",), part="embedding")
ROWS, CHECKED = 300, 100


def candidate(start=FROZEN, family="lightgbm"):
    price = Estimate(seconds=60.0)
    return Candidate(name="x", family=family, settings=None, start=start, estimate=price)


def trial(rows, seconds, start=FROZEN, **more):
    return Trial(
        id="1",
        candidate="x",
        family="lightgbm",
        start=start,
        status="finished",
        rows=rows,
        draw=0,
        seconds=seconds,
        **more,
    )


def prices(trials=(), *, counts_work=False, has_rows=True):
    return Prices(
        material=SimpleNamespace(
            task=SimpleNamespace(has_rows=has_rows),
            rows=ROWS,
            all_rows=ROWS + CHECKED,
            check_rows=lambda draw: range(CHECKED),
        ),
        book=SimpleNamespace(trials=trials),
        purse=SimpleNamespace(
            counts_work=counts_work,
            price=lambda each: each.work if counts_work else each.seconds,
        ),
        threads=2,
    )


def test_another_draw_of_rows_whose_vectors_are_there_costs_the_fit_alone():
    found = prices([trial(ROWS, 32.0, vector_seconds=30.0)])

    assert found.expected(candidate(), ROWS, draw=1) == pytest.approx(2.0)


def test_a_larger_rung_pays_for_the_rows_that_are_new():
    found = prices([trial(100, 12.0, vector_seconds=10.0)])

    alone = found.expected(candidate(), ROWS) - 0.1 * (ROWS - 100)

    assert 2.0 < alone < 12.0, "a larger fit than the one of two seconds"


def test_what_learns_in_the_encoder_pays_for_all_it_does():
    tune = FineTune(checkpoints=("eyes",))
    found = prices([trial(ROWS, 32.0, tune)])

    assert found.expected(candidate(tune, "image_encoder"), ROWS, draw=1) == pytest.approx(32.0)


def test_in_work_units_every_trial_pays_its_share():
    found = prices([trial(ROWS, 1.0, vector_seconds=0.9, work=7.0)], counts_work=True)

    assert found.expected(candidate(), ROWS, draw=1) == pytest.approx(7.0)


def test_a_step_of_a_world_costs_what_steps_have_cost():
    assert prices([trial(100, 5.0)], has_rows=False).expected(candidate(), 300) == 15.0
    assert prices(has_rows=False).expected(candidate(), 150) == 30.0


def test_before_anything_was_measured_the_family_is_believed():
    assert prices().expected(candidate(), ROWS) == pytest.approx(60.0)


def test_a_model_of_the_price_leaves_out_vectors_whose_price_is_known():
    seen = replace(trial(ROWS, 32.0, vector_seconds=30.0), candidate="another")

    assert prices([seen]).expected(candidate(), ROWS) == pytest.approx(60.0 - 30.0)
