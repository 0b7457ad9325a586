import numpy as np
import pytest

from headstart.evaluation import residual_band


def test_offsets_have_the_rank_that_corrects_for_few_rows():
    residuals = np.arange(1.0, 20.0)[:, None]

    band = residual_band(residuals, np.zeros((19, 1)))

    assert (band.lower[0], band.upper[0]) == (1.0, 19.0)


def test_fewer_rows_than_that_can_promise_nothing():
    band = residual_band(np.zeros((18, 2)), np.zeros((18, 2)))

    assert band.lower.tolist() == [-np.inf, -np.inf]
    assert band.upper.tolist() == [np.inf, np.inf]


@pytest.mark.parametrize("rows", [25, 200])
def test_new_rows_lie_within_the_band_at_least_as_often_as_promised(rows):
    generator = np.random.default_rng(0)
    held = []

    for _ in range(400):
        seen, new = generator.exponential(size=(rows, 1)), generator.exponential(size=50)
        band = residual_band(seen, np.zeros((rows, 1)))
        held.append(np.mean((new >= band.lower) & (new <= band.upper)))

    assert 0.895 <= np.mean(held) <= 0.93


def test_a_lopsided_error_gets_a_lopsided_band():
    residuals = np.random.default_rng(0).exponential(size=(1000, 1))

    band = residual_band(residuals, np.zeros((1000, 1)))

    assert band.lower[0] < 0.1
    assert band.upper[0] > 2.5


def test_each_target_has_its_own_band():
    residuals = np.random.default_rng(0).standard_normal((500, 2)) * [1.0, 100.0]

    band = residual_band(residuals, np.zeros((500, 2)))

    assert band.upper[1] > 50 * band.upper[0]
