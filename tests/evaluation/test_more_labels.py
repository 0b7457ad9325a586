"""What more labels are worth, on curves whose truth is known."""

import numpy as np

from headstart.evaluation import Climb, more_labels
from headstart.evaluation.climbs import Rung
from headstart.metrics import metric

ACCURACY, RMSE = metric("accuracy"), metric("rmse")


def climb(score, *, noise=0.003, seed=0, sizes=(71, 213, 640), **more):
    random = np.random.default_rng(seed)
    rungs = tuple(
        Rung(
            rows=rows,
            candidate="net",
            scores={draw: score(rows) + noise * random.standard_normal() for draw in range(3)},
        )
        for rows in sizes
    )
    return Climb(name="FineTune", rungs=rungs, **more)


def right(rows):
    return 0.9 - 2.0 * rows**-0.5


def test_the_gain_of_more_labels_is_found_on_a_falling_curve():
    true = right(840) - right(640)
    held = 0
    for seed in range(20):
        found = more_labels([climb(right, seed=seed)], "FineTune", ACCURACY)
        assert found.labels == 200
        held += found.interval[0] <= true <= found.interval[1]
    assert held >= 16


def test_errors_fall_and_the_gain_is_positive():
    found = more_labels([climb(lambda rows: 2.0 + 30 * rows**-0.5)], "FineTune", RMSE)

    assert found.gain > 0


def test_a_level_curve_promises_next_to_nothing():
    found = more_labels([climb(lambda rows: 0.8, noise=0.001)], "FineTune", ACCURACY)

    assert found.interval[1] < 0.01


def test_nothing_is_said_of_two_sizes_of_direct_or_of_a_cut_rung():
    two = climb(right, sizes=(213, 640))
    level = climb(right, learns=False)
    whole = climb(right)
    last = Rung(rows=640, candidate="net", scores=whole.rungs[-1].scores, is_cut=True)
    cut = Climb(name="FineTune", rungs=(*whole.rungs[:-1], last))

    assert [more_labels([each], "FineTune", ACCURACY) for each in (two, level, cut)] == [None] * 3
    assert more_labels([whole], "", ACCURACY) is None
