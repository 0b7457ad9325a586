"""Arrays and frames of every kind go in; neither order nor copies change the answer."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.datasets import load_iris

import headstart as hs
from headstart.errors import DataError

X, Y = load_iris(return_X_y=True)


def test_frames_of_every_kind_are_read(mixed):
    frame, labels = mixed

    fitted = hs.LightGBMClassifier(leaf_rows=2).fit(frame, labels)

    assert fitted.score(frame, labels) > 0.95
    assert list(fitted.feature_names_in_) == ["colour", "length", "is_new", "count"]
    assert fitted.n_features_in_ == 4
    assert list(fitted.classes_) == ["raw", "ripe"]


def test_the_race_takes_frames_with_gaps_and_words(mixed):
    frame, labels = mixed

    fitted = hs.Classifier().fit(frame, labels)

    assert fitted.score(frame, labels) > 0.9


def test_frames_of_one_table_have_one_answer(mixed):
    frame, labels = mixed
    first = pd.DataFrame({"colour": ["red", "green", None], "length": [1.0, 6.0, 1.0]})
    first = first.assign(is_new=True, count=3)

    answers = hs.LinearClassifier().fit(frame, labels).predict(first)

    assert list(answers) == ["ripe", "ripe", "raw"]


def test_an_unseen_word_is_answered(mixed):
    frame, labels = mixed
    fitted = hs.LightGBMClassifier().fit(frame, labels)
    strange = pd.DataFrame({"colour": ["mauve"], "length": [6.0], "is_new": [False], "count": [1]})

    assert fitted.predict_proba(strange).shape == (1, 2)


def test_columns_must_be_those_of_the_fit(mixed):
    frame, labels = mixed
    fitted = hs.LinearClassifier().fit(frame, labels)

    with pytest.raises(ValueError, match="feature names should match"):
        fitted.predict(pd.DataFrame({"color": ["red"], "length": [1.0]}))


def test_an_array_takes_the_names_of_the_frame(mixed):
    frame, labels = mixed
    fitted = hs.LinearClassifier().fit(frame, labels)

    with pytest.warns(UserWarning, match="does not have valid feature names"):
        answers = fitted.predict(np.array([["red", 1.0, True, 3]], dtype=object))

    assert list(answers) == ["ripe"]


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, lambda c: pa.table(c)])
def test_a_frame_of_numbers_is_an_array_with_names(kind):
    frame = kind({name: X[:, place] for place, name in enumerate("abcd")})

    from_frame = hs.LightGBMClassifier().fit(frame, Y)
    from_array = hs.LightGBMClassifier().fit(X, Y)

    assert np.array_equal(from_frame.predict_proba(frame), from_array.predict_proba(X))
    assert list(from_frame.feature_names_in_) == list("abcd")


def test_missing_numbers_are_taken():
    gaps = X.copy()
    gaps[::7, 2] = np.nan

    assert hs.LightGBMClassifier().fit(gaps, Y).score(gaps, Y) > 0.9


def test_labels_may_be_words():
    words = np.array(["setosa", "versicolor", "virginica"])[Y]

    fitted = hs.LinearClassifier().fit(X, words)

    assert set(fitted.predict(X)) == set(words)
    assert fitted.score(X, words) > 0.9
    assert np.allclose(fitted.predict_proba(X).sum(axis=1), 1.0)


def test_columns_of_probabilities_follow_the_classes_beyond_nine():
    labels = np.repeat(np.arange(12), 10)
    values = labels[:, None] + np.random.default_rng(0).normal(0, 0.05, (120, 1))

    fitted = hs.LightGBMClassifier(leaf_rows=2).fit(values, labels)

    assert fitted.score(values, labels) > 0.9
    assert np.array_equal(fitted.predict_proba(values).argmax(axis=1), fitted.predict(values))


def test_the_order_of_the_rows_changes_nothing():
    shuffled = np.random.default_rng(0).permutation(len(X))

    one = hs.RandomForestClassifier(trees=10).fit(X, Y)
    other = hs.RandomForestClassifier(trees=10).fit(X[shuffled], Y[shuffled])

    assert np.array_equal(one.predict_proba(X), other.predict_proba(X))


def test_a_weight_of_two_is_the_row_twice_and_of_zero_not_there():
    weights = np.arange(len(X)) % 3

    weighted = hs.RandomForestClassifier(trees=10).fit(X, Y, sample_weight=weights)
    repeated = hs.RandomForestClassifier(trees=10).fit(X.repeat(weights, 0), Y.repeat(weights))

    assert np.array_equal(weighted.predict_proba(X), repeated.predict_proba(X))


@pytest.mark.parametrize("name", ["LinearRegressor", "LightGBMRegressor", "RandomForestRegressor"])
def test_fractions_weigh_too(name):
    values = np.zeros((200, 1))
    truth = np.repeat([0.0, 1.0], 100)
    weights = np.repeat([0.9, 0.1], 100)

    fitted = getattr(hs, name)().fit(values, truth, sample_weight=weights)

    assert fitted.predict(values[:1]) == pytest.approx(0.1, abs=0.02)


def test_the_race_heeds_weights():
    flipped = np.where(np.arange(len(X)) % 2, Y, (Y + 1) % 3)  # every second label is wrong
    weights = np.where(np.arange(len(X)) % 2, 1.0, 0.01)

    fitted = hs.Classifier().fit(X, flipped, sample_weight=weights)

    assert fitted.score(X, Y) > 0.8


@pytest.mark.parametrize(
    ("weights", "because"),
    [
        (np.zeros(150), "zeros only"),
        (-np.ones(150), "holds -1"),
        (np.ones(149), r"shape \(149,\)"),
        (np.ones((150, 2)), r"shape \(150, 2\)"),
    ],
)
def test_weights_that_mean_nothing_are_refused(weights, because):
    with pytest.raises(DataError, match=because):
        hs.LinearClassifier().fit(X, Y, sample_weight=weights)


def test_a_single_class_is_refused():
    with pytest.raises(DataError, match="one class only"):
        hs.LinearClassifier().fit(X, np.ones(len(X)))
