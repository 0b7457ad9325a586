import numpy as np
import pytest

from headstart.evaluation.measured_crossing import Gains, courses, lead, measured_crossing
from headstart.evaluation.spread import Mean


def gains(values, error=0.01, rows=(64, 192, 576), freedom=20.0):
    means = tuple(Mean(value=value, error=error, freedom=freedom) for value in values)
    return Gains(rows=np.array(rows, dtype=float), means=means)


def test_the_place_is_where_the_measured_gain_passes_zero():
    found = measured_crossing(courses(gains((0.10, 0.05, -0.05))))

    assert not found.to_first
    assert found.middle == pytest.approx((192 * 576) ** 0.5, rel=0.1)
    assert 192 < found.interval[0] < found.middle < found.interval[1] < 576


def test_the_interval_grows_with_the_errors():
    narrow, wide = (
        measured_crossing(courses(gains((-0.10, 0.10), error, rows=(64, 576))))
        for error in (0.005, 0.04)
    )

    assert narrow.to_first
    assert wide.interval[0] < narrow.interval[0] < narrow.interval[1] < wide.interval[1]


def test_a_gain_that_is_measured_exactly_leaves_only_what_lies_between_two_rungs():
    found = measured_crossing(courses(gains((0.10, -0.10), 0.0, rows=(64, 576))))

    assert 64 < found.interval[0] < 192 < found.interval[1] < 576


def test_a_small_gain_that_stands_alone_counts_for_less_than_it_seems_to():
    alone = lead(courses(gains((0.011, 0.0, 0.0))))
    borne_out = lead(courses(gains((0.011, 0.08, 0.08))))

    assert alone.signs[0] == 0
    assert borne_out.signs[0] == 1


def test_two_changes_are_no_crossing():
    assert measured_crossing(courses(gains((0.1, -0.1, 0.1)))) is None


def test_nobody_is_ahead_where_there_is_no_gain():
    found = lead(courses(gains((0.0, 0.0), rows=(64, 192))))

    assert found.signs == (0, 0)
    assert found.chance < 0.8


def test_the_same_seed_gives_the_same_answer():
    one, other = (measured_crossing(courses(gains((0.1, -0.1, -0.1)), seed=3)) for _ in range(2))

    assert one == other
