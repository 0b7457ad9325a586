"""The racing estimators: quick on small tables, alike for one seed, honest about who takes part."""

import os

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.model_selection import train_test_split

import headstart as hs
from headstart.estimators import quick
from headstart.families import family
from headstart.records.settings import from_plain
from headstart.storage import folders

SECONDS = 2.0


def cpu_seconds(act):
    before = sum(os.times()[:4])
    act()
    return sum(os.times()[:4]) - before


@pytest.mark.parametrize(
    ("estimator", "load"), [(hs.Classifier, load_breast_cancer), (hs.Regressor, load_diabetes)]
)
def test_a_small_table_takes_no_more_than_two_seconds(estimator, load):
    X, y = load(return_X_y=True)  # noqa: N806
    estimator().fit(X[:50], y[:50])  # imports

    taken = min(cpu_seconds(lambda: estimator().fit(X, y)) for _ in range(2))

    assert taken <= SECONDS


def test_the_classifier_is_better_than_guessing_on_unseen_rows():
    X, y = load_breast_cancer(return_X_y=True)  # noqa: N806
    learn, check, truth, unseen = train_test_split(X, y, random_state=0, stratify=y)

    fitted = hs.Classifier(random_state=0).fit(learn, truth)

    assert fitted.score(check, unseen) > 0.93


def test_one_seed_has_one_answer_and_another_seed_may_have_another():
    X, y = load_diabetes(return_X_y=True)  # noqa: N806

    one, again = (hs.Regressor(random_state=3).fit(X, y).predict(X) for _ in range(2))

    assert np.array_equal(one, again)


def test_a_generator_is_a_seed():
    X, y = load_iris(return_X_y=True)  # noqa: N806

    fitted = hs.Classifier(random_state=np.random.RandomState(0)).fit(X, y)

    assert fitted.score(X, y) > 0.9


def test_the_families_and_the_budget_can_be_chosen():
    X, y = load_iris(return_X_y=True)  # noqa: N806

    fitted = hs.Classifier(families=["xgboost"], steps=100).fit(X, y)

    assert {member.family for member in fitted.model_.members} <= {"xgboost", "linear", "majority"}


def test_nothing_waits_for_the_disk(monkeypatch):
    X, y = load_iris(return_X_y=True)  # noqa: N806
    waits = []
    monkeypatch.setattr(folders.os, "fsync", waits.append)

    hs.Classifier().fit(X, y)

    assert not waits


@pytest.mark.parametrize(
    ("rows", "columns", "outputs"), [(2, 1, 1), (999, 20, 4), (999, 800, 50), (100, 20_000, 1)]
)
def test_the_settings_of_every_shape_are_in_their_ranges(rows, columns, outputs):
    for name, settings in quick.variants(rows, columns, outputs).items():
        from_plain(family(name.partition(".")[0]).Settings, settings)


def test_a_heavy_table_has_lighter_candidates():
    light, heavy = quick.variants(150, 4, 3), quick.variants(999, 800, 50)

    assert heavy["lightgbm.shallow"]["rounds"] < light["lightgbm.shallow"]["rounds"]
    assert heavy["random_forest"]["trees"] < light["random_forest"]["trees"]
    assert heavy["linear"]["rounds"] < light["linear"]["rounds"]


def test_a_penalty_is_sought_where_columns_are_many_for_the_rows():
    assert quick.variants(100, 80, 1)["linear"] == {}
    assert quick.variants(100, 800, 1)["linear"]["penalty"] == 1.0
    assert quick.variants(150, 4, 3)["linear"]["penalty"] == 1.0


@pytest.mark.slow
def test_a_large_table_goes_to_worker_processes():
    drawn = np.random.default_rng(0)
    X = drawn.normal(size=(1500, 3))  # noqa: N806
    y = X[:, 0] * X[:, 1] > 0

    fitted = hs.Classifier(random_state=0).fit(X, y)

    assert fitted.score(X, y) > 0.9


def test_a_rare_class_is_said_as_the_metric_wants_it():
    generator = np.random.default_rng(0)
    X = generator.normal(size=(600, 3))  # noqa: N806
    y = np.where(generator.random(600) < 1 / (1 + np.exp(3 - 1.2 * X[:, 0])), "yes", "no")

    plain, asked = (
        hs.Classifier(metric=metric).fit(X, y) for metric in ("accuracy", "balanced_accuracy")
    )

    assert (asked.predict(X) == "yes").mean() > 1.5 * (plain.predict(X) == "yes").mean()
    assert asked.predict_proba(X)[:, 1].mean() == pytest.approx((y == "yes").mean(), abs=0.08)
