from dataclasses import replace

import numpy as np
import pytest
from _climbing import meeting, pair, power

from headstart.evaluation import Climb, Rung, Terms, crossover, crossovers, floor_crossovers
from headstart.metrics import metric

ACCURACY = Terms(metric=metric("accuracy"))
FROZEN = power(0.26, 1.0, 0.8)


def climb(name, scores, **fields):
    """A climb from rows -> scores of the draws 0, 1, 2 ..."""
    rungs = tuple(
        Rung(rows=rows, candidate=name, scores=dict(enumerate(each)))
        for rows, each in scores.items()
    )
    return Climb(name=name, rungs=rungs, **fields)


# A table of 4,000 rows: its rungs, their draws, and its validation rows.
TABLE = {
    "sizes": (119, 356, 1067, 3200),
    "draws": {119: 3, 356: 3, 1067: 1, 3200: 5},
    "checked": 800,
}


def answers(curves, *, seeds=30, **options):
    """(place, answer) of many races between curves that `curves(generator)` gives."""
    found = []
    for seed in range(seeds):
        first, second, place = curves(np.random.default_rng([7, seed]))
        terms = replace(ACCURACY, seed=seed)
        found.append((place, crossover(*pair(first, second, seed, **options), terms)))
    return found


def held(found):
    told = [(place, each) for place, each in found if each.labels is not None]
    return len(told), sum(each.interval[0] <= place <= each.interval[1] for place, each in told)


def crossing(generator):
    place = float(np.exp(generator.uniform(np.log(180), np.log(2000))))
    first = power(generator.uniform(0.2, 0.35), generator.uniform(0.5, 1.5), 0.8)
    second = meeting(first, place, max(0.02, first(1e9) - generator.uniform(0.08, 0.2)), 0.4)
    return first, second, place


def level(generator):
    place = float(np.exp(generator.uniform(np.log(180), np.log(2000))))
    second = power(generator.uniform(0.05, 0.2), generator.uniform(0.8, 2.0), 0.5)
    return (lambda rows: second(place)), second, place


def equal(generator):
    curve = power(generator.uniform(0.1, 0.3), 1.0, generator.uniform(0.4, 0.8))
    return curve, curve, None


def apart(generator):
    curve = power(generator.uniform(0.1, 0.3), 1.0, generator.uniform(0.4, 0.8))
    gap = generator.uniform(0.01, 0.06)
    return curve, (lambda rows: curve(rows) + gap), None


@pytest.mark.parametrize(("curves", "learns_nothing"), [(crossing, False), (level, True)])
def test_intervals_hold_the_true_crossing_as_often_as_they_say(curves, learns_nothing):
    told, right = held(answers(curves, level=learns_nothing, **TABLE))

    assert told >= 15
    assert right / told >= 0.70


@pytest.mark.parametrize("curves", [equal, apart])
def test_a_crossing_is_rarely_claimed_where_there_is_none(curves):
    found = answers(curves)

    assert sum(each.labels is not None for _, each in found) <= 2


def test_a_crossing_that_was_measured_on_both_sides_needs_no_more_than_two_sizes():
    first = climb("Transfer", {64: [0.70, 0.71, 0.70], 576: [0.72, 0.73, 0.72]})
    second = climb("FineTune", {64: [0.60, 0.61, 0.61], 576: [0.82, 0.83, 0.82]})

    found = crossover(first, second, ACCURACY)

    assert (found.below, found.above) == ("Transfer", "FineTune")
    assert 64 < found.interval[0] < 192 < found.interval[1] < 576
    assert found.because.endswith("measured on both sides")
    assert "labels" in found.because


def test_who_is_ahead_on_every_size_is_named_for_these_sizes_alone():
    first = climb("Direct", {64: [0.70, 0.71, 0.70], 576: [0.70, 0.71, 0.70]}, learns=False)
    second = climb("Scratch", {64: [0.50, 0.51, 0.50], 576: [0.60, 0.61, 0.61]})

    found = crossover(first, second, ACCURACY)

    assert found.labels is None
    assert (found.below, found.above) == ("Direct", "Direct")
    assert found.because.startswith("no crossing between 64 and 576 labels: `Direct` is ahead")
    assert found.because.endswith("beyond, nobody knows")


def test_lower_is_better_where_the_metric_says_so():
    first = climb("Transfer", {64: [3.0, 3.1, 3.0], 576: [2.8, 2.9, 2.8]})
    second = climb("FineTune", {64: [4.0, 4.1, 4.1], 576: [1.8, 1.9, 1.8]})

    found = crossover(first, second, replace(ACCURACY, metric=metric("rmse")))

    assert (found.below, found.above) == ("Transfer", "FineTune")


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (climb("b", {640: [0.7, 0.7, 0.7]}), "no number of labels was tried with both"),
        (climb("b", {}), "`b` has no score"),
        (climb("b", {64: [0.5]}), "nothing was tried twice, so a difference may be chance"),
        (climb("b", {64: [0.5, 0.6, 0.5]}), "they met on one size only, 64 labels"),
        (
            climb("b", {64: [0.7], 192: [0.8, 0.81]}),
            "on 64 and 192 labels the difference may be chance",
        ),
    ],
)
def test_it_cannot_tell_and_says_why(second, reason):
    first = climb("a", {64: [0.70, 0.71, 0.70], 192: [0.78, 0.83, 0.80]})

    found = crossover(first, second, ACCURACY)

    assert found.labels is None
    assert found.below is None
    assert found.because.startswith(f"cannot tell: {reason}")


def test_where_training_is_luck_a_single_draw_decides_nothing():
    first = climb("a", {64: [20.0], 192: [21.0], 576: [20.0, 22.0, 21.0]})
    second = climb("b", {64: [9.0], 192: [350.0], 576: [480.0, 500.0, 490.0]})
    world = replace(ACCURACY, metric=metric("return"), noun="steps", fewest_draws=2)

    found = crossover(first, second, world)

    assert found.because == "cannot tell: they met on one size only, 576 steps"


def test_what_the_clock_cut_short_decides_nothing():
    first, second = pair(FROZEN, meeting(FROZEN, 200, 0.05, 0.4), 3)
    slow = replace(second, rungs=tuple(replace(each, is_cut=True) for each in second.rungs))

    assert crossover(first, second, ACCURACY).labels is not None
    found = crossover(first, slow, ACCURACY)
    assert found.because == "cannot tell: the clock cut `second` short wherever they met"


def test_every_pair_of_starts_has_an_answer_and_every_start_one_against_the_floor():
    scores = {64: [0.7, 0.71, 0.7], 192: [0.75, 0.76, 0.75]}
    starts = [climb(name, scores) for name in ("Direct", "FineTune")]
    only_floor = climb("Scratch", scores, remark="only floors were tried as `Scratch`")
    floor = climb("linear", scores, is_floor=True)

    pairs = crossovers([*starts, only_floor, floor], ACCURACY)
    beside = floor_crossovers([*starts, only_floor, floor], ACCURACY)

    assert [each.between for each in pairs] == [
        ("Direct", "FineTune"),
        ("Direct", "Scratch"),
        ("FineTune", "Scratch"),
    ]
    assert pairs[1].because.endswith("; only floors were tried as `Scratch`")
    assert [each.between for each in beside] == [("linear", "Direct"), ("linear", "FineTune")]
    assert all(each.labels is None for each in (*pairs, *beside))
