from __future__ import annotations

import pytest

from headstart.advice import Evidence, expected_seconds
from headstart.advice.estimates import expected_work
from headstart.records import Candidate, Estimate

CANDIDATE = Candidate(
    name="net", family="feedforward", settings=None, estimate=Estimate(seconds=90.0)
)
UNMODELLED = Candidate(
    name="net", family="feedforward", settings=None, estimate=Estimate(seconds=0.0)
)


def _seen(*pairs, candidate="net"):
    return [Evidence(candidate=candidate, rows=rows, seconds=seconds) for rows, seconds in pairs]


def test_without_evidence_the_familys_own_estimate_is_scaled():
    assert expected_seconds(CANDIDATE, 900) == 90.0
    assert expected_seconds(CANDIDATE, 100, full_rows=900) == pytest.approx(30.0)


def test_an_answer_that_was_modelled_is_paid_until_it_is_measured():
    reader = Candidate(
        name="net",
        family="text_encoder",
        settings=None,
        estimate=Estimate(seconds=90.0, answering=30.0),
    )

    asked = expected_seconds(reader, 100, full_rows=900, answered=2_000)

    assert asked == pytest.approx(30.0 + 60.0)
    assert expected_seconds(reader, 100, _seen((100, 8.0)), answered=2_000) == 8.0


def test_one_size_is_scaled_by_the_usual_power_where_rows_make_the_price():
    expected = 2.0 * 4**0.8
    assert expected_seconds(UNMODELLED, 20_000, _seen((5000, 2.0))) == pytest.approx(expected)


def test_one_small_size_is_scaled_by_the_square_root():
    assert expected_seconds(UNMODELLED, 900, _seen((100, 2.0))) == pytest.approx(6.0)


def test_two_sizes_far_apart_give_a_power_law():
    seen = _seen((10, 1.0), (1_000_000, 100_000.0))
    assert expected_seconds(UNMODELLED, 3_000_000, seen) == pytest.approx(300_000.0, rel=0.01)


def test_between_two_sizes_the_price_lies_between():
    assert expected_seconds(UNMODELLED, 200, _seen((100, 1.0), (400, 16.0))) == pytest.approx(4.0)


def test_two_sizes_close_together_are_drawn_to_the_usual_power():
    steep = expected_seconds(UNMODELLED, 900, _seen((100, 1.0), (300, 9.0)))
    assert 9.0 * 3**0.8 < steep < 9.0 * 3**2


def test_far_beyond_what_was_measured_the_familys_estimate_counts_more():
    """Measured on a table of diamonds: catboost took 3.8 s on 1,199 rows and 7.8 s on 32,363."""
    catboost = Candidate(
        name="net", family="catboost", settings=None, estimate=Estimate(seconds=4.6)
    )
    seen = _seen((1199, 3.8))

    near = expected_seconds(catboost, 3596, seen, full_rows=32_363)
    far = expected_seconds(catboost, 32_363, seen, full_rows=32_363)

    assert 3.8 < near < 6.0
    assert 4.6 < far < 10.0


def test_draws_of_one_size_are_averaged():
    assert expected_seconds(CANDIDATE, 300, _seen((300, 2.0), (300, 4.0))) == 3.0


def test_noise_never_makes_larger_sizes_cheaper_or_cubic():
    assert expected_seconds(UNMODELLED, 900, _seen((100, 8.0), (300, 1.0))) == 1.0
    assert expected_seconds(UNMODELLED, 200, _seen((10, 1e-9), (100, 1.0))) == pytest.approx(4.0)


def test_trials_of_others_and_of_nothing_tell_nothing():
    seen = _seen((300, 1.0), candidate="other") + _seen((0, 5.0), (300, 0.0))

    assert expected_seconds(CANDIDATE, 900, seen, full_rows=900) == 90.0


def test_a_fit_that_was_cut_short_would_have_cost_more():
    seen = [
        Evidence(candidate="net", rows=1000, seconds=3.0, is_cut=True),
        Evidence(candidate="net", rows=3000, seconds=3.0, is_cut=True),
    ]

    assert expected_seconds(CANDIDATE, 9000, seen) >= 9.0
    assert expected_seconds(CANDIDATE, 1500, seen) == pytest.approx(4.5)


def test_cut_fits_alone_tell_no_more_than_three_times_what_was_modelled():
    seen = [Evidence(candidate="net", rows=1_000, seconds=40.0, is_cut=True)]

    assert expected_seconds(CANDIDATE, 100_000, seen) == pytest.approx(270.0)
    assert expected_seconds(CANDIDATE, 4_000, seen, full_rows=100_000) == pytest.approx(40.0)


def test_work_grows_with_the_rows_whatever_seconds_were_modelled():
    quick = Candidate(name="net", family="a", settings=None, estimate=Estimate(seconds=0.5))

    assert expected_work(quick, 1_090, _seen((64, 18.0))) == pytest.approx(18.0 * 1_090 / 64)
    assert expected_work(quick, 640, _seen((64, 18.0), (640, 75.0))) == 75.0


def test_two_sizes_of_work_are_drawn_to_proportion():
    steep = expected_work(CANDIDATE, 900, _seen((100, 1.0), (300, 9.0)))

    assert 9.0 * 3 < steep < 9.0 * 3**2


def test_before_any_work_was_measured_seconds_stand_for_it():
    assert expected_work(CANDIDATE, 100, full_rows=900) == expected_seconds(
        CANDIDATE, 100, full_rows=900
    )
