import pytest

from headstart.evaluation.region import region_of
from headstart.metrics import metric


def test_scores_with_a_best_value_have_two_percent_of_the_error():
    assert region_of(metric("accuracy"), 0.90, 0.5) == pytest.approx(0.002)
    assert region_of(metric("roc_auc"), 0.50, 0.5) == pytest.approx(0.01)
    assert region_of(metric("r2"), 1.0, 0.0) == 0.0


def test_errors_in_units_have_one_percent():
    assert region_of(metric("rmse"), 250.0, 900.0) == pytest.approx(2.5)
    assert region_of(metric("mae"), 3.0, 9.0) == pytest.approx(0.03)


def test_log_loss_has_a_hundredth_of_a_nat():
    assert region_of(metric("log_loss"), 0.4, 0.69) == 0.01


def test_returns_have_one_percent_of_the_way_from_the_lowest_floor():
    assert region_of(metric("return"), 500.0, 20.0) == pytest.approx(4.8)
    assert region_of(metric("return"), -90.0, -500.0) == pytest.approx(4.1)
