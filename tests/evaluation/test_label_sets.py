"""Sets of labels hold the truth as often as promised, for each label that has rows enough."""

import numpy as np
import pytest

from headstart.delivery import Adjustment
from headstart.delivery.adjustment import label_sets
from headstart.evaluation import fit_label_sets
from headstart.records import Probabilities


def overlapping(rows, seed, shares=(0.6, 0.3, 0.1)):
    """Three classes around three points, and the probabilities of a model that is too sure."""
    generator = np.random.default_rng(seed)
    truth = generator.choice(len(shares), rows, p=shares)
    at = generator.normal(truth, 0.8)
    logits = np.log(shares) - 2.0 * (at[:, None] - np.arange(len(shares))) ** 2
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    return truth[:, None], Probabilities(values=(chances / chances.sum(axis=1, keepdims=True),))


def held(seed, rows=500, **rest):
    """Per new row whether its label is in the set, and its label."""
    known = Adjustment(sets=fit_label_sets(*overlapping(rows, seed, **rest)))
    truth, answer = overlapping(2000, seed + 1000, **rest)
    (inside,) = label_sets(answer, known)
    return inside[np.arange(len(truth)), truth[:, 0]], truth[:, 0], inside


def test_sets_hold_new_rows_with_90_percent():
    coverage = [held(seed)[0].mean() for seed in range(60)]

    assert 0.88 <= np.mean(coverage) <= 0.92


def test_each_label_with_rows_enough_is_held_with_90_percent():
    found = [held(seed, rows=1500) for seed in range(60)]

    for label in range(3):
        coverage = np.concatenate([inside[truth == label] for inside, truth, _ in found]).mean()
        assert 0.88 <= coverage <= 0.92


def test_one_threshold_for_all_would_fail_the_rare_label():
    truth, answer = overlapping(30_000, seed=0)
    values = answer.values[0]
    one = np.quantile(values[np.arange(30_000), truth[:, 0]], 0.1)

    assert (values[truth[:, 0] == 2, 2] >= one).mean() < 0.86


def test_a_label_with_few_rows_shares_the_threshold_of_all():
    ((often, _, rare),) = fit_label_sets(*overlapping(300, seed=0, shares=(0.7, 0.25, 0.05)))
    truth, answer = overlapping(300, seed=0, shares=(0.7, 0.25, 0.05))
    everyone = answer.values[0][np.arange(300), truth[:, 0]]

    assert rare == np.sort(everyone)[29]
    assert often != rare


def test_too_few_rows_to_promise_anything_put_every_label_into_the_set():
    sets = fit_label_sets(
        np.zeros((8, 1), dtype=int), Probabilities(values=(np.full((8, 2), 0.5),))
    )

    assert sets == ((0.0, 0.0),)


@pytest.mark.parametrize("rows", [50, 500, 5000])
def test_sets_never_lack_the_answer(rows):
    _, _, inside = held(3, rows=rows)

    assert inside.any(axis=1).all()
