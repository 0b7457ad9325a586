import numpy as np
import pytest
from _climbing import pair, power

from headstart.evaluation import Climb, Rung, start_curves
from headstart.evaluation.spread import means
from headstart.metrics import metric

ACCURACY = metric("accuracy")


def climb(scores, **fields):
    rungs = tuple(
        Rung(rows=rows, candidate="a", scores=dict(enumerate(each)), samples=samples)
        for rows, (each, samples) in scores.items()
    )
    return Climb(**{"name": "FineTune", "rungs": rungs, **fields})


def test_a_point_says_what_its_interval_comes_from():
    samples = np.random.default_rng(0).normal(0.7, 0.03, 100)
    (curve,) = start_curves(
        [
            climb(
                {64: ((0.7, 0.72, 0.74), samples), 192: ((0.8,), samples), 576: ((0.9, 0.9), None)}
            )
        ],
        ACCURACY,
    )

    first, second, last = curve.points
    assert (first.draws, first.spread) == (2, "draws")  # draw 0 chose the candidate
    assert first.score == pytest.approx(0.73)
    assert (second.draws, second.spread) == (1, "rows")
    assert second.interval[0] < 0.8 - 1.6 * 0.03
    assert last.interval[0] < 0.9 < last.interval[1]


def test_nothing_tells_how_sure_a_single_score_is():
    (curve,) = start_curves([climb({64: ((0.7,), None)})], ACCURACY)

    (point,) = curve.points
    assert point.interval is None
    assert point.spread is None
    assert (point.score, point.draws) == (0.7, 1)


def test_intervals_stay_within_the_metric():
    (curve,) = start_curves([climb({64: ((0.9, 1.0, 0.99), None)})], ACCURACY)

    assert curve.points[0].interval[1] == 1.0


def test_the_floor_is_named_by_its_family_and_what_only_repeats_it_is_left_out():
    floor = climb({64: ((0.7,), None)}, name="linear", is_floor=True)
    repeated = climb({64: ((0.7,), None)}, name="Scratch", remark="only floors were tried")

    curves = start_curves([repeated, floor], ACCURACY)

    assert [(each.start, each.floor, each.name) for each in curves] == [(None, "linear", "linear")]


def test_intervals_hold_the_true_score_as_often_as_they_say():
    truth = power(0.2, 1.0, 0.5)
    held = []

    for seed in range(100):
        (curve, _) = start_curves(pair(truth, truth, seed), ACCURACY)
        held += [
            point.interval[0] <= 1 - truth(point.rows) <= point.interval[1]
            for point in curve.points
        ]

    assert np.mean(held) >= 0.84


def test_one_draw_is_as_uncertain_as_its_rows_and_a_little_more():
    (mean,) = means([[0.5]], [0.1], [0.0])

    assert mean.error == pytest.approx(0.1 * 1.5**0.5)


def test_a_rung_with_one_draw_takes_the_spread_of_the_others_where_rows_tell_nothing():
    first, second = means([[0.0, 0.2], [0.5]], [None, None], [0.0, 0.0])

    assert second.error == pytest.approx(0.02**0.5)
    assert first.error < second.error
    assert means([[0.5]], [None], [0.0]) == [None]


def test_rows_that_promise_more_than_the_draws_keep_are_not_believed():
    alone, _ = means([[0.70, 0.78], [0.74, 0.66]], [0.04, 0.04], [0.0, 0.0])
    alike, _ = means([[0.70, 0.78], [0.74, 0.66]], [0.001, 0.04], [0.0, 0.0])

    assert alike.error > 0.7 * alone.error
