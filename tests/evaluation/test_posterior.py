import numpy as np
import pytest
from scipy import stats

from headstart.evaluation import Posterior, correlated_posterior


def test_without_correlation_it_is_the_ordinary_t_test():
    differences = np.array([0.1, 0.3, -0.1, 0.2])

    posterior = correlated_posterior(differences, check_share=0.0)

    p = stats.ttest_1samp(differences, 0.0, alternative="greater").pvalue
    assert posterior.above(0.0) == pytest.approx(1 - p)


def test_spread_follows_the_formula_of_nadeau_and_bengio():
    differences = np.array([1.0, 2.0, 3.0, 4.0, 5.0])

    posterior = correlated_posterior(differences, check_share=0.2)

    assert posterior.mean == 3.0
    assert posterior.spread == pytest.approx(np.sqrt(2.5 * (1 / 5 + 0.2 / 0.8)))
    assert posterior.freedom == 4


def test_interval_agrees_with_simulated_student_t():
    posterior = Posterior(mean=1.0, spread=0.5, freedom=4)
    drawn = 1.0 + 0.5 * np.random.default_rng(0).standard_t(4, 400_000)

    assert posterior.interval(0.9) == pytest.approx(np.quantile(drawn, [0.05, 0.95]), abs=0.02)
    assert posterior.above(1.5) == pytest.approx((drawn > 1.5).mean(), abs=0.005)


def test_equal_differences_are_a_point_mass():
    posterior = correlated_posterior([0.2, 0.2, 0.2])

    assert posterior.above(0.1) == pytest.approx(1.0)
    assert posterior.above(0.2000001) == pytest.approx(0.0)
    assert Posterior(mean=0.2, spread=0.0, freedom=2).above(0.2) == 0.0
