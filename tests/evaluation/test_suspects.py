"""Planted wrong labels are found, and right ones of a hard class are left alone."""

import numpy as np

from headstart.evaluation.suspects import suspects


def answers(rows, separation, seed=0):
    """Truth and calibrated chances of two classes whose one feature lies so far apart."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 2, rows)
    feature = random.normal(separation * (truth - 0.5))
    second = 1 / (1 + np.exp(-separation * feature))
    return truth, np.stack([1 - second, second], axis=1)


def test_planted_wrong_labels_are_found():
    truth, chances = answers(1_000, 4.0)
    wrong = np.random.default_rng(1).permutation(1_000)[:50]
    given = truth.copy()
    given[wrong] = 1 - given[wrong]

    rows, likelier = suspects(given, chances)

    found = np.isin(rows, wrong)
    assert np.isin(wrong, rows).mean() > 0.8
    assert found.mean() > 0.6
    assert found[:20].mean() > 0.9
    assert (likelier[found] == truth[rows[found]]).all()


def test_few_right_labels_are_suspected_where_classes_are_apart():
    truth, chances = answers(1_000, 6.0)

    rows, _ = suspects(truth, chances)

    assert len(rows) < 20


def test_a_class_that_is_hard_is_not_suspected_as_a_whole():
    truth = np.repeat([0, 1], [900, 100])
    chances = np.where(truth[:, None] == 0, [0.95, 0.05], [0.6, 0.4])

    assert len(suspects(truth, chances)[0]) == 0


def test_too_few_rows_are_not_judged():
    truth, chances = answers(40, 4.0)

    assert len(suspects(1 - truth, chances)[0]) == 0
