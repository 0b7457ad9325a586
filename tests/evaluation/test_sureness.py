"""Leaving the least sure rows makes the others right more often, as often as was said."""

import numpy as np
import pytest

from headstart.delivery import Adjustment
from headstart.delivery.adjustment import sure
from headstart.evaluation import fit_difficulty, fit_sureness
from headstart.metrics import predicted_labels
from headstart.records import Numbers, Probabilities


def answered(rows, seed):
    generator = np.random.default_rng(seed)
    chances = generator.dirichlet(np.ones(3), size=rows)
    drawn = (generator.random((rows, 1)) > np.cumsum(chances, axis=1)).sum(axis=1)
    return drawn[:, None], Probabilities(values=(chances,))


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_new_rows_are_left_and_right_as_often_as_said(share):
    known = fit_sureness(*answered(2000, seed=0), Adjustment())
    truth, answer = answered(20_000, seed=1)

    threshold, expected = known.at(share)

    kept = sure(answer, Adjustment()) >= threshold
    right = (predicted_labels(answer) == truth)[:, 0]
    assert 1 - kept.mean() == pytest.approx(share, abs=0.03)
    assert right[kept].mean() == pytest.approx(expected, abs=0.03)
    assert expected > known.scores[0]


def test_numbers_are_left_where_errors_are_large():
    generator = np.random.default_rng(0)
    predicted = generator.lognormal(4, 1, 1000)
    truth = predicted + 0.2 * predicted * generator.standard_normal(1000)
    made = Adjustment(band=((-2.0, 2.0),), difficulty=(fit_difficulty(truth, predicted),))

    known = fit_sureness(truth[:, None], Numbers(values=predicted[:, None]), made)

    assert known.at(0.3)[1] < 0.6 * known.at(0.0)[1]


def test_where_all_rows_are_alike_nothing_can_be_left():
    truth = np.zeros((100, 1), dtype=int)
    even = Probabilities(values=(np.full((100, 2), 0.5),))

    assert fit_sureness(truth, even, Adjustment()) is None
    assert (
        fit_sureness(np.zeros((100, 1)), Numbers(values=np.zeros((100, 1))), Adjustment()) is None
    )


def test_few_rows_say_nothing_of_the_last_ten():
    known = fit_sureness(*answered(60, seed=0), Adjustment())

    assert max(known.shares) <= 1 - 10 / 60
