"""Planted truths, with few draws: what the verdict and its intervals claim holds."""

import numpy as np
import pytest
from benchmarks.planting import BINARY, Player, climbs, contenders, meeting, power

from benchmarks import planted
from headstart.evaluation import correlated_posterior


def values(records):
    return {record["claim"]: record["measured"] for record in records}


@pytest.mark.parametrize(
    ("part", "draws"),
    [(planted.sets, 50), (planted.intervals, 50), (planted.calibration, 10), (planted.t_test, 200)],
    ids=["sets", "intervals", "calibration", "t_test"],
)
def test_what_is_claimed_of_answers_holds(part, draws):
    broken = [record for record in part(draws) if record["kept"] is False]

    assert not broken


def test_the_rows_left_gain_what_was_said():
    assert all(abs(gap) < 0.015 for gap in values(planted.answered(15)).values())


def test_equals_are_rarely_called_apart():
    found = values(planted.alike(12))

    assert all(share <= 1 / 12 for claim, share in found.items() if "clearly" in claim)
    assert all(share <= 2 / 12 for claim, share in found.items() if "6 draws" in claim)


def test_the_choice_costs_little_where_rows_can_tell():
    records = planted.truths(2)

    assert records[0]["claim"].endswith("2,000 rows and more")
    assert records[0]["measured"] >= 0.75
    assert records[-1]["measured"] >= 0.85


def test_intervals_hold_the_crossing_about_as_often_as_they_say():
    pooled = planted.crossings(25)[0]

    assert pooled["draws"] >= 45
    assert 0.65 <= pooled["measured"] <= 0.95


def test_the_posterior_is_that_of_the_reference_implementation():
    baycomp = pytest.importorskip("baycomp")
    generator = np.random.default_rng(0)
    for runs, folds in ((1, 5), (2, 5), (10, 10)):
        first, second = generator.normal(0.8, 0.02, (2, runs * folds))
        ours = correlated_posterior(second - first, check_share=1 / folds)

        left, same, right = baycomp.CorrelatedTTest.probs(first, second, rope=0.01, runs=runs)

        assert ours.above(0.01) == pytest.approx(right, abs=1e-9)
        assert 1 - ours.above(-0.01) == pytest.approx(left, abs=1e-9)
        assert ours.above(-0.01) - ours.above(0.01) == pytest.approx(same, abs=1e-9)


def test_planted_contenders_have_the_accuracy_they_were_given():
    players = [
        Player(name="a", accuracy=0.8, cost=1, is_floor=True),
        Player(name="b", accuracy=0.7, cost=1),
    ]

    scores = {
        each.candidate: np.mean([outcome.score for outcome in each.outcomes])
        for each in contenders(players, 0, rows=20_000, draws=5)
    }

    assert scores["a"] == pytest.approx(0.8, abs=0.02)
    assert scores["b"] == pytest.approx(0.7, abs=0.02)
    assert BINARY.metric == "accuracy"


def test_planted_curves_meet_where_they_were_told_to():
    first = power(0.2, 1.0, 0.5)
    second = meeting(first, 300, 0.1, 0.4)
    pair = climbs(
        {"Transfer": first, "FineTune": second},
        0,
        sizes=(100, 300, 900),
        draws={100: 3, 300: 3, 900: 3},
        checked=1_000_000,
    )

    gains = [
        np.mean(list(one.scores.values())) - np.mean(list(other.scores.values()))
        for one, other in zip(pair[0].rungs, pair[1].rungs, strict=True)
    ]

    assert first(300) == pytest.approx(second(300))
    assert gains[0] > 0 > gains[2]
