from __future__ import annotations

import pytest

from headstart.advice import Evidence, expected_seconds
from headstart.records import Candidate, Estimate

CANDIDATE = Candidate(
    name="net", family="feedforward", settings=None, estimate=Estimate(seconds=90.0)
)


def _seen(*pairs, candidate="net"):
    return [Evidence(candidate=candidate, rows=rows, seconds=seconds) for rows, seconds in pairs]


def test_without_evidence_the_familys_own_estimate_is_scaled():
    assert expected_seconds(CANDIDATE, 900) == 90.0
    assert expected_seconds(CANDIDATE, 100, full_rows=900) == pytest.approx(30.0)


def test_one_size_is_scaled_in_proportion_where_rows_make_the_price():
    assert expected_seconds(CANDIDATE, 20_000, _seen((5000, 2.0))) == pytest.approx(8.0)


def test_one_small_size_is_scaled_by_the_square_root():
    assert expected_seconds(CANDIDATE, 900, _seen((100, 2.0))) == pytest.approx(6.0)


def test_two_sizes_give_a_power_law():
    assert expected_seconds(CANDIDATE, 900, _seen((100, 1.0), (300, 9.0))) == pytest.approx(81.0)


def test_draws_of_one_size_are_averaged():
    assert expected_seconds(CANDIDATE, 300, _seen((300, 2.0), (300, 4.0))) == 3.0


def test_noise_never_makes_larger_sizes_cheaper_or_cubic():
    assert expected_seconds(CANDIDATE, 900, _seen((100, 2.0), (300, 1.0))) == 1.0
    assert expected_seconds(CANDIDATE, 200, _seen((10, 1e-9), (100, 1.0))) == pytest.approx(4.0)


def test_trials_of_others_and_of_nothing_tell_nothing():
    seen = _seen((300, 1.0), candidate="other") + _seen((0, 5.0), (300, 0.0))

    assert expected_seconds(CANDIDATE, 900, seen, full_rows=900) == 90.0


def test_a_fit_that_was_cut_short_would_have_cost_more():
    seen = [
        Evidence(candidate="net", rows=1000, seconds=3.0, is_cut=True),
        Evidence(candidate="net", rows=3000, seconds=3.0, is_cut=True),
    ]

    assert expected_seconds(CANDIDATE, 9000, seen) == pytest.approx(9.0)
    assert expected_seconds(CANDIDATE, 1500, seen) == pytest.approx(4.5)


def test_cut_fits_alone_tell_no_more_than_three_times_what_was_modelled():
    seen = [Evidence(candidate="net", rows=1_000, seconds=40.0, is_cut=True)]

    assert expected_seconds(CANDIDATE, 100_000, seen) == pytest.approx(270.0)
    assert expected_seconds(CANDIDATE, 4_000, seen, full_rows=100_000) == pytest.approx(40.0)
