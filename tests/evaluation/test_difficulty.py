"""Bands are wider where predictions are usually far off, if that holds as many rows with less."""

import numpy as np

from headstart.delivery import Adjustment
from headstart.delivery.adjustment import adjusted, typical_errors
from headstart.evaluation import fit_difficulty, residual_band
from headstart.records import Numbers


def prices(rows, seed, grows=True):
    """Predictions, and a truth whose noise grows with them or not."""
    generator = np.random.default_rng(seed)
    predicted = generator.lognormal(4, 1, rows)
    noise = 0.2 * predicted if grows else 10.0
    return predicted + noise * generator.standard_normal(rows), predicted


def band_of(truth, predicted, knots):
    errors = typical_errors(predicted, knots)
    band = residual_band(((truth - predicted) / errors)[:, None], np.zeros((len(truth), 1)))
    return Adjustment(band=((band.lower[0], band.upper[0]),), difficulty=(knots,))


def held(known, truth, predicted):
    found = adjusted(Numbers(values=predicted[:, None]), known)
    return (truth >= found.lower[:, 0]) & (truth <= found.upper[:, 0]), found


def test_errors_that_grow_with_the_prediction_are_found():
    knots = fit_difficulty(*prices(1000, seed=0))

    assert knots is not None
    assert typical_errors(np.array([400.0]), knots) > 3 * typical_errors(np.array([20.0]), knots)


def test_an_even_error_keeps_an_even_band():
    assert [fit_difficulty(*prices(1000, seed, grows=False)) for seed in range(10)].count(None) >= 8


def test_the_band_holds_90_percent_on_cheap_and_dear_rows_alike():
    cheap, dear, everywhere = [], [], []
    for seed in range(60):
        truth, predicted = prices(600, seed)
        known = band_of(truth, predicted, fit_difficulty(truth, predicted))
        new, asked = prices(2000, seed + 1000)
        inside, _ = held(known, new, asked)
        everywhere.append(inside.mean())
        cheap.append(inside[asked < np.quantile(asked, 0.3)].mean())
        dear.append(inside[asked > np.quantile(asked, 0.7)].mean())

    assert 0.88 <= np.mean(everywhere) <= 0.92
    assert np.mean(cheap) > 0.85
    assert np.mean(dear) > 0.85


def test_the_band_is_narrower_than_an_even_one_of_the_same_coverage():
    truth, predicted = prices(1000, seed=0)
    new, asked = prices(5000, seed=1)
    by_size = held(band_of(truth, predicted, fit_difficulty(truth, predicted)), new, asked)[1]
    even = held(band_of(truth, predicted, None), new, asked)[1]

    widths = [np.median(each.upper - each.lower) for each in (by_size, even)]

    assert widths[0] < 0.7 * widths[1]


def test_few_rows_keep_an_even_band():
    assert fit_difficulty(*prices(199, seed=0)) is None


def test_rows_of_one_block_teach_and_judge_together():
    blocks = np.repeat(np.arange(20), 20)
    alone, together = [], []
    for seed in range(10):
        truth, predicted = (each[blocks] for each in prices(20, seed, grows=False))
        alone.append(fit_difficulty(truth, predicted) is not None)
        together.append(fit_difficulty(truth, predicted, blocks) is not None)

    assert sum(alone) >= 6
    assert sum(together) <= 2
