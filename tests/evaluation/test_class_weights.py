"""Labels are chosen as the metric wants them, by what rows other than the scored ones taught."""

from dataclasses import replace

import numpy as np
import pytest

from headstart import metrics
from headstart.evaluation import fit_class_weights
from headstart.records import Probabilities, Task

RARE = Task(
    kind="classification", targets=("y",), classes=(("no", "yes"),), metric="f1", positive="yes"
)
FOUR = Task(
    kind="classification",
    targets=("y",),
    classes=(("a", "b", "c", "d"),),
    metric="balanced_accuracy",
)


def rare(rows, seed, share=0.05, flipped=False):
    """A calibrated model of a rare event."""
    generator = np.random.default_rng(seed)
    chances = generator.beta(0.5, 0.5 * (1 - share) / share, rows)
    truth = (generator.random(rows) < chances).astype(int)
    values = np.column_stack([1 - chances, chances])
    if flipped:
        return 1 - truth[:, None], Probabilities(values=(values[:, ::-1],))
    return truth[:, None], Probabilities(values=(values,))


def unequal(rows, seed):
    """Four classes of 70, 20, 7 and 3 %, around four points, with calibrated probabilities."""
    generator = np.random.default_rng(seed)
    shares = np.array([0.7, 0.2, 0.07, 0.03])
    truth = generator.choice(4, rows, p=shares)
    at = generator.normal(truth, 0.7)
    logits = np.log(shares) - (at[:, None] - np.arange(4)) ** 2 / (2 * 0.7**2)
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    return truth[:, None], Probabilities(values=(chances / chances.sum(axis=1, keepdims=True),))


def scores(made, task, seed=0, rows=2000):
    """On new rows: with the weights, and with the likeliest label."""
    weights = fit_class_weights(*made(rows, seed), task)
    truth, answer = made(50_000, seed + 100)
    assert weights is not None
    chosen = replace(answer, class_weights=tuple(np.asarray(each) for each in weights))
    return tuple(metrics.score(task.metric, truth, each, task) for each in (chosen, answer))


@pytest.mark.parametrize("metric", ["f1", "balanced_accuracy", "f1_macro", "matthews"])
def test_a_rare_class_is_said_as_the_metric_wants_it(metric):
    task = replace(RARE, metric=metric)

    chosen, likeliest = scores(rare, task)

    truth, answer = rare(50_000, seed=100)
    best = max(
        metrics.score(metric, truth, replace(answer, class_weights=(np.array([1.0, odds]),)), task)
        for odds in np.geomspace(0.5, 60, 60)
    )
    assert chosen > likeliest + 0.01
    assert chosen > best - 0.015


def test_the_positive_class_may_be_the_first_one():
    task = replace(RARE, positive="no")
    weights = fit_class_weights(*rare(2000, seed=0, flipped=True), task)
    ((first, second),) = weights

    assert first > 1.5 * second


def test_balanced_accuracy_of_four_classes_finds_the_rare_ones():
    chosen, likeliest = scores(unequal, FOUR)

    assert chosen > likeliest + 0.08


def test_every_target_has_its_own_weights():
    task = replace(RARE, targets=("y", "z"), classes=(("no", "yes"), ("no", "yes")))
    one, other = rare(2000, 0), rare(2000, 1, share=0.2)
    truth = np.column_stack([one[0], other[0]])
    both = Probabilities(values=(*one[1].values, *other[1].values))

    (_, first), (_, second) = fit_class_weights(truth, both, task)

    assert first > second > 1


@pytest.mark.parametrize("metric", ["accuracy", "log_loss", "roc_auc", "precision", "recall"])
def test_metrics_that_want_the_likeliest_label_or_any_get_no_weights(metric):
    assert fit_class_weights(*rare(2000, seed=0), replace(RARE, metric=metric)) is None


def test_too_few_rows_of_a_class_teach_nothing():
    assert fit_class_weights(*rare(100, seed=0, share=0.02), RARE) is None


def test_weights_that_do_not_help_are_not_kept():
    generator = np.random.default_rng(0)
    truth = generator.integers(0, 2, 1000)
    chance = np.clip(0.5 + (truth - 0.5) * 0.8 + generator.normal(0, 0.2, 1000), 0.01, 0.99)
    sure = Probabilities(values=(np.column_stack([1 - chance, chance]),))
    task = replace(RARE, metric="balanced_accuracy")
    found = fit_class_weights(truth[:, None], sure, task)

    assert found is None or found[0][1] == pytest.approx(1.0, abs=0.35)


def test_row_weights_count():
    truth, answer = rare(2000, seed=0)
    heavy = np.where(truth[:, 0] == 1, 10.0, 1.0)

    (_, plain), (_, weighed) = (
        fit_class_weights(truth, answer, RARE, weights)[0] for weights in (None, heavy)
    )

    assert weighed > 1.5 * plain
