from dataclasses import replace

import numpy as np
import pytest

from headstart.evaluation import Outcome, paired_difference, score_interval
from headstart.evaluation.bootstrap import draw_samples, resampled_score
from headstart.metrics import score
from headstart.records import Episodes, Numbers, Probabilities, Task

BINARY = Task(kind="classification", targets=("y",), classes=(("no", "yes"),), metric="accuracy")
RANKING = replace(BINARY, metric="roc_auc")
NUMBER = Task(kind="regression", targets=("y",), metric="mae")


def right(flags: np.ndarray) -> Probabilities:
    """Answers to a truth of all zeros that are right where the flag says so."""
    return Probabilities(values=(np.eye(2)[np.where(flags, 0, 1)],))


def outcome(prediction, truth, draw=0, blocks=None):
    return Outcome(draw=draw, score=0.0, truth=truth, prediction=prediction, blocks=blocks)


def test_interval_of_an_accuracy_is_that_of_a_share():
    truth = np.zeros((400, 1), dtype=np.int64)
    answer = right(np.arange(400) < 300)

    low, high = score_interval("accuracy", truth, answer, BINARY, resamples=4000)

    reach = 1.645 * np.sqrt(0.75 * 0.25 / 400)
    assert (low, high) == pytest.approx((0.75 - reach, 0.75 + reach), abs=0.004)


def test_interval_covers_the_true_score_nine_times_in_ten():
    generator = np.random.default_rng(0)
    truth = np.zeros((120, 1), dtype=np.int64)
    covered = 0

    for seed in range(200):
        answer = right(generator.random(120) < 0.8)
        low, high = score_interval("accuracy", truth, answer, BINARY, seed=seed, resamples=300)
        covered += low <= 0.8 <= high

    assert 0.84 <= covered / 200 <= 0.96


def test_rows_of_one_block_are_drawn_together_and_widen_the_interval():
    flags = np.repeat(np.arange(40) < 30, 10)
    truth = np.zeros((400, 1), dtype=np.int64)
    groups = np.repeat(np.arange(40), 10)

    alone = score_interval("accuracy", truth, right(flags), BINARY)
    together = score_interval("accuracy", truth, right(flags), BINARY, blocks=groups)

    assert together[1] - together[0] > 2.5 * (alone[1] - alone[0])


def test_same_seed_gives_the_same_interval():
    truth = np.zeros((50, 1), dtype=np.int64)
    answer = right(np.arange(50) < 40)

    assert score_interval("accuracy", truth, answer, BINARY, seed=3) == score_interval(
        "accuracy", truth, answer, BINARY, seed=3
    )


def test_a_rare_class_is_in_every_sample_where_the_metric_needs_it():
    truth = np.r_[np.zeros(60, dtype=np.int64), 1, 1, 1][:, None]
    flat = Probabilities(values=(np.full((63, 2), 0.5),))

    samples = draw_samples([outcome(flat, truth)], RANKING, resamples=500)

    rare, common = samples.places[0][60:], samples.places[0][:60]
    assert (samples.counts[:, rare].sum(axis=1) == 3).all()
    assert (samples.counts[:, common].sum(axis=1) == 60).all()


def test_common_classes_are_drawn_freely():
    truth = np.r_[np.zeros(30, dtype=np.int64), np.ones(30, dtype=np.int64)][:, None]
    flat = Probabilities(values=(np.full((60, 2), 0.5),))

    samples = draw_samples([outcome(flat, truth)], BINARY, resamples=100)

    assert len(set(samples.counts[:, samples.places[0][:30]].sum(axis=1).tolist())) > 1


def test_a_block_that_two_draws_check_is_in_both_or_in_neither():
    truth = np.zeros((3, 1))
    answer = Numbers(values=np.zeros((3, 1)))
    first = outcome(answer, truth, draw=0, blocks=np.array([7, 8, 9]))
    second = outcome(answer, truth, draw=1, blocks=np.array([9, 20, 21]))

    samples = draw_samples([first, second], NUMBER, resamples=20)

    assert samples.counts.shape == (20, 5)
    assert samples.places[0][2] == samples.places[1][0]


def test_rows_without_blocks_are_their_own_in_every_draw():
    answer = Numbers(values=np.zeros((3, 1)))
    outcomes = [outcome(answer, np.zeros((3, 1)), draw=draw) for draw in (0, 1)]

    samples = draw_samples(outcomes, NUMBER, resamples=5)

    assert samples.counts.shape == (5, 6)


def test_many_blocks_are_sampled_in_part_with_the_spread_of_all():
    rows = 40_000
    errors = np.random.default_rng(0).exponential(size=(rows, 1))
    truth, answer = np.zeros((rows, 1)), Numbers(values=errors)

    low, high = score_interval("mae", truth, answer, NUMBER)

    assert high - low == pytest.approx(2 * 1.645 / np.sqrt(rows), rel=0.12)
    assert (low + high) / 2 == pytest.approx(score("mae", truth, answer, NUMBER), abs=0.002)


def test_paired_difference_sees_a_small_gap_that_single_scores_hide():
    generator = np.random.default_rng(0)
    truth = np.zeros((500, 1))
    noise = generator.exponential(size=(500, 1))
    better, worse = Numbers(values=noise), Numbers(values=noise + 0.02)

    difference = paired_difference("mae", truth, better, worse, NUMBER)

    assert difference.gain == pytest.approx(0.02)
    assert difference.probability == 1.0
    low, high = score_interval("mae", truth, better, NUMBER)
    assert high - low > 0.1


def test_the_region_counts_against_the_better_side():
    truth = np.zeros((50, 1))
    better, worse = Numbers(values=np.ones((50, 1))), Numbers(values=np.full((50, 1), 1.1))

    assert paired_difference("mae", truth, better, worse, NUMBER, region=0.2).probability == 0.0


def test_episodes_are_drawn_by_their_seeds():
    task = Task(kind="control", metric="return")
    episodes = Episodes(returns=np.array([0.0, 10.0] * 20), steps=np.ones(40), seeds=np.arange(40))

    low, high = score_interval("return", None, episodes, task)

    assert 2.5 < low < 5 < high < 7.5


def test_row_weights_count_in_every_sample():
    truth = np.zeros((4, 1))
    answer = Numbers(values=np.array([[1.0], [1.0], [9.0], [9.0]]))
    weighted = Outcome(
        draw=0, score=1.0, truth=truth, prediction=answer, weights=np.array([1.0, 1.0, 0.0, 0.0])
    )
    samples = draw_samples([weighted], NUMBER, resamples=50)

    scores = resampled_score("mae", weighted, NUMBER, samples)

    assert set(scores[np.isfinite(scores)].tolist()) == {1.0}


def test_an_undefined_score_has_an_undefined_interval():
    truth = np.zeros((30, 1), dtype=np.int64)
    flat = Probabilities(values=(np.full((30, 2), 0.5),))

    assert np.isnan(score_interval("roc_auc", truth, flat, BINARY)).all()


def test_the_share_of_a_rare_class_is_chance_to_an_accuracy():
    truth = (np.arange(150) < 12).astype(np.int64)[:, None]
    always_no = Probabilities(values=(np.tile([1.0, 0.0], (150, 1)),))

    low, high = score_interval("accuracy", truth, always_no, BINARY)

    assert low < 138 / 150 - 0.02
    assert high > 138 / 150 + 0.02
