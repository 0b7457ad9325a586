from dataclasses import replace

import numpy as np
import pytest
from _contenders import BINARY, contender, guessers, players

from headstart.errors import DataError, NothingTrained
from headstart.evaluation import Outcome, judge
from headstart.records import Numbers, Probabilities, Task

WORLD = Task(kind="control", metric="return")
EQUAL = {"majority": 0.7, "linear": 0.7, "forest": 0.7, "boosting": 0.7, "net": 0.7}
PLANTED = {"majority": 0.70, "linear": 0.72, "net": 0.80, "forest": 0.75}


def fixed(name, scores, *, cost=1.0, is_floor=False, rows=100):
    """A contender that is right on exactly this share of the rows of each draw."""
    outcomes = []
    for draw, value in scores.items():
        right = np.arange(rows) < round(value * rows)
        answer = Probabilities(values=(np.eye(2)[np.where(right, 0, 1)],))
        truth = np.zeros((rows, 1), dtype=np.int64)
        outcomes.append(Outcome(draw=draw, score=value, truth=truth, prediction=answer))
    return contender(name, outcomes, cost=cost, is_floor=is_floor)


def test_a_large_gap_on_many_draws_is_clear():
    field = [
        fixed("linear", {0: 0.70, 1: 0.72, 2: 0.71}, is_floor=True),
        fixed("net", {0: 0.90, 1: 0.93, 2: 0.91}, cost=9.0),
    ]

    verdict = judge(field, BINARY)

    assert (verdict.winner.candidate, verdict.confidence) == ("net", "clear")
    assert verdict.deep_worth_it
    assert verdict.tied == ()
    assert verdict.floor.candidate == "linear"
    assert verdict.probability_best > 0.9


def test_equal_contenders_tie_and_the_cheapest_wins():
    field = [
        fixed("net", {0: 0.80, 1: 0.81, 2: 0.80}, cost=9.0),
        fixed("linear", {0: 0.80, 1: 0.80, 2: 0.81}, cost=1.0, is_floor=True),
    ]

    verdict = judge(field, BINARY)

    assert (verdict.winner.candidate, verdict.confidence) == ("linear", "tie")
    assert verdict.tied == ("net",)
    assert not verdict.deep_worth_it


def test_the_best_that_is_also_the_cheapest_of_its_group_wins_a_tie():
    field = [
        fixed("linear", {0: 0.810, 1: 0.80, 2: 0.80}, cost=1.0, is_floor=True),
        fixed("net", {0: 0.80, 1: 0.80, 2: 0.80}, cost=9.0),
    ]

    verdict = judge(field, BINARY, worth=0.05)

    assert (verdict.winner.candidate, verdict.confidence) == ("linear", "tie")
    assert verdict.tied == ("net",)
    assert "cheapest of 2 that cannot be told apart" in verdict.because


def test_where_any_gain_counts_the_best_wins_a_tie_at_any_price():
    field = guessers({"majority": 0.5, "linear": 0.8, "net": 0.8}, seed=2)
    best = max(field, key=lambda each: np.mean([one.score for one in each.outcomes])).candidate

    verdict = judge(field, BINARY, worth=0)

    assert best == "net"
    assert verdict.winner.candidate == best
    assert verdict.confidence == "tie"
    assert "whatever it costs" in verdict.because
    assert judge(field, BINARY).winner.candidate == "linear"


def known_elsewhere(field, **priors):
    return [replace(each, prior=priors.get(each.candidate, 0)) for each in field]


def test_where_so_few_labels_cannot_tell_what_is_known_elsewhere_decides():
    field = [
        fixed("linear", {0: 0.6, 1: 0.4}, is_floor=True, rows=4),
        fixed("frozen", {0: 0.8, 1: 0.4}, cost=5.0, rows=4),
        fixed("pairs", {0: 0.6, 1: 0.6}, cost=9.0, rows=4),
    ]

    verdict = judge(known_elsewhere(field, frozen=2, pairs=3), BINARY)

    assert (verdict.winner.candidate, verdict.confidence) == ("pairs", "tie")
    assert verdict.chosen_by == "prior"
    assert "does best elsewhere" in verdict.because
    assert judge(field, BINARY).chosen_by == "price"


def test_what_is_known_elsewhere_decides_nothing_against_the_labels():
    field = [
        fixed("linear", {0: 0.6, 1: 0.61, 2: 0.6}, is_floor=True),
        fixed("net", {0: 0.9, 1: 0.91, 2: 0.92}, cost=5.0),
        fixed("pairs", {0: 0.6, 1: 0.6, 2: 0.6}, cost=9.0),
    ]

    verdict = judge(known_elsewhere(field, pairs=3), BINARY)

    assert (verdict.winner.candidate, verdict.chosen_by) == ("net", "score")


def test_under_three_draws_nothing_is_clear():
    field = [
        fixed("linear", {0: 0.50, 1: 0.50}, is_floor=True),
        fixed("net", {0: 0.99, 1: 0.99}, cost=9.0),
    ]

    assert judge(field, BINARY).confidence == "leaning"


def test_one_draw_is_decided_by_its_rows_alone():
    near = [fixed("linear", {0: 0.80}, is_floor=True), fixed("net", {0: 0.81}, cost=9.0)]
    far = [fixed("linear", {0: 0.60}, is_floor=True), fixed("net", {0: 0.90}, cost=9.0)]

    assert judge(near, BINARY).winner.candidate == "linear"
    assert judge(far, BINARY).winner.candidate == "net"
    assert "(one draw)" in judge(far, BINARY).because


def test_a_gap_within_the_region_is_no_gap():
    field = [
        fixed("linear", {0: 0.70, 1: 0.70, 2: 0.70}, is_floor=True),
        fixed("net", {0: 0.80, 1: 0.80, 2: 0.80}, cost=9.0),
    ]

    verdict = judge(field, BINARY, worth=0.2)

    assert (verdict.winner.candidate, verdict.region) == ("linear", 0.2)


def test_a_dear_contender_that_is_no_worse_is_left_for_a_cheaper_one():
    field = [
        fixed("linear", {0: 0.60, 1: 0.61, 2: 0.60}, is_floor=True),
        fixed("big net", {0: 0.90, 1: 0.92, 2: 0.91}, cost=90.0),
        fixed("net", {0: 0.91, 1: 0.90, 2: 0.91}, cost=9.0),
    ]

    verdict = judge(field, BINARY)

    assert (verdict.winner.candidate, verdict.confidence) == ("net", "tie")
    assert verdict.tied == ("big net",)
    assert verdict.deep_worth_it


def test_contenders_are_compared_on_the_draws_that_both_have():
    field = [
        fixed("linear", {0: 0.60, 1: 0.60, 2: 0.60}, is_floor=True),
        fixed("net", {0: 0.90, 1: 0.90, 2: 0.90, 3: 0.50}, cost=9.0),
    ]

    verdict = judge(field, BINARY)

    assert verdict.winner.candidate == "net"
    assert {each.candidate: each.draws for each in verdict.standings} == {"net": 4, "linear": 3}


def test_an_easy_draw_that_the_best_missed_lifts_nobody_above_it():
    field = [
        fixed("linear", {0: 0.60, 1: 0.61, 2: 1.00}, is_floor=True),
        fixed("net", {0: 0.70, 1: 0.71}, cost=9.0),
    ]

    verdict = judge(field, BINARY)

    assert [each.candidate for each in verdict.standings] == ["net", "linear"]
    assert verdict.standings[1].score == pytest.approx(0.605)


def test_a_contender_without_a_defined_score_stands_last():
    field = [
        fixed("linear", {0: 0.6}, is_floor=True),
        contender(
            "broken",
            [
                Outcome(
                    draw=0,
                    score=float("nan"),
                    truth=np.zeros((100, 1), dtype=np.int64),
                    prediction=Probabilities(values=(np.full((100, 2), np.nan),)),
                )
            ],
        ),
    ]

    verdict = judge(field, BINARY)

    assert verdict.standings[-1].candidate == "broken"
    assert np.isnan(verdict.standings[-1].score)
    assert verdict.confidence == "leaning"
    assert verdict.because == "`linear` is the only candidate with a score (accuracy 0.6)."


def test_nothing_to_judge_is_said():
    with pytest.raises(NothingTrained, match="no candidate has a `accuracy`"):
        judge([], BINARY)


def test_a_truth_that_the_metric_cannot_judge_is_named():
    task = Task(kind="regression", targets=("y",), metric="mape")
    answer = Numbers(values=np.ones((2, 1)))
    nothing = Outcome(draw=0, score=float("nan"), truth=np.array([[0.0], [1.0]]), prediction=answer)

    with pytest.raises(DataError, match="`mape` divides by the target"):
        judge([contender("mean", [nothing], is_floor=True)], task)


def test_lower_is_better_for_errors():
    task = Task(kind="regression", targets=("y",), metric="rmse")

    def off_by(name, error, **rest):
        outcomes = []
        for draw in range(4):
            size = error * (1 + 0.01 * draw)
            answer = Numbers(values=np.full((50, 1), size))
            outcomes.append(
                Outcome(draw=draw, score=size, truth=np.zeros((50, 1)), prediction=answer)
            )
        return contender(name, outcomes, **rest)

    verdict = judge([off_by("mean", 2.0, is_floor=True), off_by("net", 1.0, cost=9.0)], task)

    assert (verdict.winner.candidate, verdict.confidence) == ("net", "clear")
    assert verdict.direction == "down"
    assert verdict.region == pytest.approx(0.01 * verdict.winner.score)


def test_a_world_is_judged_by_its_returns():
    field = players({"random": (20.0, 1.0, True), "search": (300.0, 50.0, False)}, draws=3)

    verdict = judge(field, WORLD)

    assert (verdict.winner.candidate, verdict.confidence) == ("search", "clear")
    assert verdict.region == pytest.approx(2.8, abs=0.1)


def test_the_same_evidence_gives_the_same_verdict():
    field = guessers(EQUAL, seed=1)

    assert judge(field, BINARY, seed=5) == judge(field, BINARY, seed=5)


def test_the_sentence_names_the_deep_candidate_that_a_floor_ties_with():
    field = [
        fixed("linear", {0: 0.80, 1: 0.80, 2: 0.81}, is_floor=True),
        fixed("net", {0: 0.80, 1: 0.81, 2: 0.81}, cost=9.0),
    ]

    because = judge(field, BINARY).because

    assert "`linear` is the cheapest of 2 that cannot be told apart" in because
    assert "the best deep candidate, `net` (0.8067), is not measurably better than it" in because


def test_the_sentence_of_a_clear_verdict_has_the_numbers():
    field = [
        fixed("linear", {0: 0.70, 1: 0.72, 2: 0.71}, is_floor=True),
        fixed("net", {0: 0.90, 1: 0.93, 2: 0.91}, cost=9.0),
    ]

    because = judge(field, BINARY).because

    assert "accuracy 0.9133 against 0.71 of `linear`" in because
    assert "(3 draws)" in because


def test_noise_is_rarely_called_a_gain():
    verdicts = [judge(guessers(EQUAL, seed), BINARY) for seed in range(60)]

    assert sum(verdict.deep_worth_it for verdict in verdicts) <= 6
    assert sum(verdict.confidence == "clear" for verdict in verdicts) <= 2


def test_a_real_gain_is_found():
    verdicts = [judge(guessers(PLANTED, seed), BINARY) for seed in range(60)]

    assert sum(verdict.winner.candidate == "net" for verdict in verdicts) >= 48


def test_intervals_of_the_standings_hold_what_a_hundred_other_rows_say():
    generator = np.random.default_rng(10**6)
    held = []
    for seed in range(40):
        for standing in judge(guessers(PLANTED, 100 + seed), BINARY).standings:
            skill = PLANTED[standing.candidate] + 0.01 * generator.standard_normal()
            locked = generator.binomial(100, skill) / 100
            held.append(standing.interval[0] <= locked <= standing.interval[1])

    assert 0.93 <= np.mean(held) <= 0.99


def test_intervals_stay_within_the_range_of_the_metric():
    field = [fixed("linear", {0: 1.0, 1: 0.97, 2: 1.0}, is_floor=True)]

    low, high = judge(field, BINARY).winner.interval

    assert low < 1.0
    assert high == 1.0


def test_of_those_beaten_as_surely_the_nearest_is_named():
    field = guessers({"coin": 0.5, "weak": 0.55, "near": 0.7, "best": 0.95}, seed=0)

    verdict = judge(field, BINARY)

    assert verdict.winner.candidate == "best"
    assert "of `near`, better by more than" in verdict.because
    assert "probability of above 99 %" in verdict.because
