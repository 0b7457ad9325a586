import numpy as np
import pytest

pytest.importorskip("torch")

from headstart.training.heads import class_heads, number_heads
from headstart.training.probing import probe

FEATURES = np.random.default_rng(0).normal(size=(200, 4))
NOISE = np.random.default_rng(1).normal(size=200)
ALIKE = np.ones(200)
PARTS = [(np.arange(150), np.arange(150, 200))]


def test_it_agrees_with_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    truth = (FEATURES[:, 0] + 0.5 * NOISE > 0).astype(int)
    heads = class_heads(("y",), (("no", "yes"),))

    found = probe(FEATURES, heads, truth[:, None], ALIKE, (), penalty=10.0)

    # Two columns with half the penalty each are one column with twice it.
    theirs = LogisticRegression(C=2 / 10.0, tol=1e-8).fit(FEATURES, truth)
    np.testing.assert_allclose(found.weights[1] - found.weights[0], theirs.coef_[0], atol=2e-2)


def test_it_agrees_with_ridge_regression_in_units_of_the_spread():
    truth = 100 + 7 * FEATURES[:, 1:2] + NOISE[:, None]
    heads = number_heads(("y",), truth, ALIKE)

    found = probe(FEATURES, heads, truth, ALIKE, (), penalty=5.0)

    scaled = (truth - truth.mean()) / truth.std()
    centred = FEATURES - FEATURES.mean(axis=0)
    wanted = np.linalg.solve(centred.T @ centred + 5 * np.eye(4), centred.T @ scaled)[:, 0]
    np.testing.assert_allclose(found.weights[0], wanted, atol=1e-3)


def test_noise_gets_a_stronger_penalty_than_signal():
    heads = class_heads(("signal", "noise"), (("a", "b"), ("a", "b")))
    many = np.random.default_rng(2).normal(size=(200, 60))
    truth = np.stack([many[:, 0] > 0, NOISE > 0], axis=1).astype(int)

    signal, noise = probe(many, heads, truth, ALIKE, PARTS).penalties

    assert signal < noise


def test_a_class_without_rows_keeps_a_small_chance():
    heads = class_heads(("y",), (("a", "b", "never"),))
    truth = (FEATURES[:, :1] > 0).astype(int)

    found = probe(FEATURES, heads, truth, ALIKE, PARTS)
    scores = FEATURES @ found.weights.T + found.biases
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)

    assert (chances.argmax(axis=1) == truth[:, 0]).mean() > 0.95
    assert 0 < chances[:, 2].max() < 0.05


def test_one_class_alone_needs_no_descent():
    heads = class_heads(("y",), (("a", "b"),))

    found = probe(FEATURES, heads, np.zeros((200, 1), dtype=int), ALIKE, PARTS)

    assert not found.weights.any()
    assert found.biases[0] > found.biases[1]


def test_rows_without_weight_count_for_nothing():
    heads = class_heads(("y",), (("a", "b"),))
    truth = (FEATURES[:, :1] > 0).astype(int)
    spoiled = np.concatenate([truth, 1 - truth])
    weights = np.repeat([1.0, 0.0], 200)

    found = probe(np.concatenate([FEATURES] * 2), heads, spoiled, weights, (), penalty=1.0)

    scores = FEATURES @ found.weights.T + found.biases
    assert (scores.argmax(axis=1) == truth[:, 0]).mean() > 0.95


def test_fewer_rows_than_features_change_nothing_about_the_answer():
    wide = np.random.default_rng(3).normal(size=(30, 80))
    truth = 5 * wide[:, :1] + NOISE[:30, None]
    heads = number_heads(("y",), truth, np.ones(30))

    found = probe(wide, heads, truth, np.ones(30), (), penalty=5.0)

    scaled, centred = (truth - truth.mean()) / truth.std(), wide - wide.mean(axis=0)
    wanted = np.linalg.solve(centred.T @ centred + 5 * np.eye(80), centred.T @ scaled)[:, 0]
    np.testing.assert_allclose(found.weights[0], wanted, atol=1e-3)
