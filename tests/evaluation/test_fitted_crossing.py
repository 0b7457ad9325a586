import numpy as np
import pytest

from headstart.evaluation import Point
from headstart.evaluation.fitted_crossing import fitted_crossing

RUNGS = (64, 192, 576, 1728)
DRAWS = {64: 3, 192: 3, 576: 3, 1728: 5}


def points(curve, *, noise=0.01, seed=0, draws=DRAWS):
    """Losses of a curve (c, a, alpha) with luck that is shared by the draw and luck of its own."""
    floor, gain, exponent = curve
    own = np.random.default_rng([seed, round(1000 * exponent)])
    shared = np.random.default_rng(seed)
    return [
        Point(
            rows=rows,
            draw=draw,
            loss=floor
            + gain * rows**-exponent
            + 0.02 * shared.standard_normal()
            + noise * own.standard_normal(),
        )
        for rows, many in draws.items()
        for draw in range(many)
    ]


def crossing_at(rows, first, floor, exponent):
    """A second curve with this floor and exponent that meets the first one there."""
    meets = first[0] + first[1] * rows ** -first[2]
    return (floor, (meets - floor) * rows**exponent, exponent)


def crossing(curves, **options):
    (first, one), (second, other) = curves.items()
    return fitted_crossing((first, second), one, other, **options)


def test_a_planted_crossing_is_found_as_an_interval():
    frozen = (0.30, 1.0, 0.8)
    tuned = crossing_at(400, frozen, 0.10, 0.5)

    found = crossing({"frozen": points(frozen), "tuned": points(tuned)})

    assert found.between == ("frozen", "tuned")
    assert found.interval[0] <= 400 <= found.interval[1]
    assert found.interval[0] < found.labels < found.interval[1]
    assert found.because.startswith("below about ")
    assert "`frozen` is better, above it `tuned` (80 % between" in found.because
    assert (found.below, found.above) == ("frozen", "tuned")


def test_intervals_hold_planted_crossings_as_often_as_they_say():
    generator = np.random.default_rng(0)
    held, told = 0, 0

    for seed in range(60):
        place = float(np.exp(generator.uniform(np.log(100), np.log(1500))))
        frozen = (generator.uniform(0.25, 0.35), 1.0, generator.uniform(0.6, 0.9))
        tuned = crossing_at(place, frozen, generator.uniform(0.05, 0.15), 0.45)
        found = crossing(
            {"frozen": points(frozen, seed=seed), "tuned": points(tuned, seed=seed)}, seed=seed
        )
        if found.interval is not None:
            told += 1
            held += found.interval[0] <= place <= found.interval[1]

    assert told >= 40
    assert held / told >= 0.70


def test_a_curve_that_stays_below_has_no_crossing():
    found = crossing({"good": points((0.1, 1.0, 0.5)), "bad": points((0.2, 1.5, 0.5))})

    assert found.labels is None
    assert found.interval is None
    assert found.because.startswith("no crossing up to 13,824 rows: `good` stays ahead")


def test_equal_curves_cannot_be_told():
    answers = [
        crossing(
            {
                "one": points((0.1, 1.0, 0.5), seed=seed),
                "two": points((0.1, 1.0, 0.501), seed=seed),
            }
        )
        for seed in range(10)
    ]

    assert sum(answer.labels is not None for answer in answers) <= 2


@pytest.mark.parametrize("draws", [{64: 3, 192: 3}, {64: 1, 192: 1, 576: 1}])
def test_too_few_sizes_or_repeats_cannot_tell(draws):
    curve = (0.1, 1.0, 0.5)

    found = crossing({"one": points(curve, draws=draws), "two": points(curve, draws=draws)})

    assert found.labels is None
    assert found.because.startswith("cannot tell: they share fewer than three sizes")


def test_a_curve_that_gets_worse_with_more_rows_is_not_fitted():
    worse = [
        Point(rows=rows, draw=draw, loss=0.001 * rows + 0.001 * draw)
        for rows in RUNGS
        for draw in (0, 1, 2)
    ]

    found = crossing({"one": points((0.1, 1.0, 0.5)), "two": worse})

    assert found.because == "cannot tell: `two` gets worse with more rows, so no curve fits it"


def test_a_level_curve_meets_a_falling_one():
    falling = (0.10, 1.0, 0.5)
    asked = points((falling[0] + 300**-0.5, 0.0, 1.0))

    found = crossing(
        {"asked": asked, "taught": points(falling)}, level=(True, False), noun="labels"
    )

    assert found.interval[0] <= 300 <= found.interval[1]
    assert (found.below, found.above) == ("asked", "taught")
    assert "labels" in found.because
