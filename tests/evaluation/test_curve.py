import numpy as np

from headstart.evaluation import Point, gain_of_rows
from headstart.evaluation.curve import fit, measure


def points(seed, *, noise=0.01, floor=0.2, gain=1.5, exponent=0.5):
    generator = np.random.default_rng(seed)
    return [
        Point(
            rows=rows,
            draw=draw,
            loss=floor + gain * rows**-exponent + noise * generator.standard_normal(),
        )
        for rows in (64, 192, 576, 1728)
        for draw in range(3)
    ]


def test_gain_of_more_rows_is_held_by_its_interval():
    truth = 1.5 * (1728**-0.5 - 3456**-0.5)

    gains = [gain_of_rows(points(seed), 3456, seed) for seed in range(50)]

    held = [gain.interval[0] <= truth <= gain.interval[1] for gain in gains]
    assert np.mean(held) >= 0.84
    assert np.mean([gain.mean for gain in gains]) > 0


def test_a_curve_that_has_flattened_promises_little():
    gain = gain_of_rows(points(0, noise=0.001, gain=0.0, floor=0.3), 4 * 1728)

    assert gain.interval[1] < 0.02


def test_too_few_points_promise_nothing():
    assert gain_of_rows([Point(rows=64, draw=0, loss=1.0)], 128) is None


def test_fitted_curves_fall_and_stay_above_zero():
    curves = fit(measure([points(1)]))

    losses = curves.losses([64, 1728, 10**6])[:, 0]

    assert (np.diff(losses, axis=1) <= 1e-12).all()
    assert (losses >= 0).all()


def test_losses_that_can_be_negative_have_no_floor_at_zero():
    falling = [Point(rows=p.rows, draw=p.draw, loss=p.loss - 5.0) for p in points(2)]

    curves = fit(measure([falling]))

    assert np.median(curves.losses([1728])[:, 0]) < -4


def test_noise_is_taken_from_the_draws_that_all_curves_have():
    one, other = points(1), [point for point in points(2) if point.draw < 2]

    measured = measure([one, other])

    assert measured.losses.shape == (4, 2)
    assert measured.freedom == 4
