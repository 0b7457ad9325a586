from __future__ import annotations

import math
import re

from headstart.reporting import charts
from headstart.reporting.charts import axes, svg
from headstart.reporting.charts.axes import Axis
from headstart.reporting.charts.curves import Series
from headstart.reporting.findings import CurvePoint, FittedPoint, ReliabilityBin


def test_a_logarithmic_axis_puts_equal_factors_at_equal_distances():
    axis = Axis(low=10, high=1000, logarithmic=True)

    assert [round(axis.percent(value)) for value in (10, 100, 1000)] == [0, 50, 100]


def test_ticks_are_round_and_lie_on_the_axis():
    assert Axis(low=0.812, high=0.883).ticks(4) == [0.82, 0.84, 0.86, 0.88]
    assert Axis(low=-3.0, high=17.0).ticks(4) == [0.0, 5.0, 10.0, 15.0]
    assert Axis(low=5.0, high=5.0).ticks() == [5.0]


def test_an_axis_around_one_value_or_none_still_has_an_extent():
    assert axes.around([2.0]).high > axes.around([2.0]).low
    assert axes.around([]).high > axes.around([]).low
    assert axes.around([1.0, math.nan, math.inf]).high < 2


def test_text_and_attributes_are_escaped():
    drawn = svg.element("text", "<b>", aria_label='"x"')

    assert str(drawn) == '<text aria-label="&#34;x&#34;">&lt;b&gt;</text>'


def test_an_interval_is_drawn_where_its_score_lies():
    drawn = charts.interval(Axis(low=0.0, high=1.0), 0.5, (0.25, 0.75), "s0")

    assert 'x1="25.00%"' in drawn
    assert 'x2="75.00%"' in drawn
    assert 'x="50.00%"' in drawn


def test_a_score_beyond_the_axis_is_an_arrow():
    axis = Axis(low=0.5, high=1.0)

    assert "◂" in charts.interval(axis, 0.1, (0.0, 0.2), "s0")
    assert "▸" in charts.interval(axis, 2.0, (1.9, 2.1), "s0")


def test_a_curve_passes_through_the_means_of_its_draws():
    points = [
        CurvePoint(candidate="a", rows=10, draw=0, score=0.2),
        CurvePoint(candidate="a", rows=10, draw=1, score=0.4),
        CurvePoint(candidate="a", rows=1000, draw=0, score=0.3),
    ]

    drawn = charts.learning_curves(points, [Series(candidate="a", place=0)], "accuracy", "rows")

    (line,) = re.findall(r'<polyline points="([^"]*)"', drawn)
    assert line == "0.00,150.0 100.00,150.0"
    assert "<polygon" in drawn


def test_a_prediction_that_is_right_lies_on_the_diagonal():
    points = [FittedPoint(truth=value, prediction=value) for value in (1.0, 2.0, 5.0)]

    drawn = charts.predicted_and_true(points, "y")

    for across, down in re.findall(r'cx="([\d.]+)%" cy="([\d.]+)"', drawn):
        assert math.isclose(float(across), 100 - float(down) / 3.4, abs_tol=0.02)


def test_a_bin_that_keeps_its_promise_lies_on_the_diagonal():
    bins = [ReliabilityBin(promised=0.25, happened=0.25, rows=10)]

    assert 'cx="25.00%" cy="225"' in charts.calibration(bins)


def test_bars_of_columns_that_do_harm_go_to_the_left():
    axis = Axis(low=-1.0, high=1.0)

    drawn = charts.bar(axis, -0.5, None, "s0")

    assert 'x="25.00%"' in drawn
    assert 'width="25.00%"' in drawn
