"""Scores of frozen features, against exact answers and planted ones."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.evaluation.transferability import (
    OF_CLASSES,
    OF_NUMBERS,
    linear_probe,
    logme,
    neighbours,
)


def planted(n: int, d: int, strength: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Features whose first three entries tell the class as far as `strength` says."""
    random = np.random.default_rng(seed)
    classes = random.integers(3, size=n)
    features = random.normal(size=(n, d))
    features[:, :3] += strength * np.eye(3)[classes]
    return features, np.eye(3)[classes]


def best_evidence(features: np.ndarray, y: np.ndarray) -> float:
    """Exact log evidence per row, y ~ N(0, F F' / alpha + I / beta), at the best of a grid."""
    values, vectors = np.linalg.eigh(features @ features.T)
    squares = (vectors.T @ y) ** 2
    grid = np.logspace(-3, 4, 71)
    variances = values[None, None] / grid[:, None, None] + 1 / grid[None, :, None]
    evidence = -0.5 * (squares / variances + np.log(2 * np.pi * variances)).mean(axis=2)
    return float(evidence.max())


@pytest.mark.parametrize(("n", "d"), [(40, 300), (200, 20)])
def test_logme_is_the_exact_evidence_at_its_best_precisions(n, d):
    random = np.random.default_rng(1)
    features = random.normal(size=(n, d))
    y = features @ random.normal(size=d) / np.sqrt(d) + 0.5 * random.normal(size=n)

    found = logme(features, y[:, None])

    assert found == pytest.approx(best_evidence(features, y), abs=0.02)


def test_the_probe_leaves_each_row_out_as_refitting_without_it_would():
    random = np.random.default_rng(2)
    features, y = random.normal(size=(30, 4)), random.normal(size=(30, 1))
    y += features[:, :1]

    answers = []
    for row in range(30):
        others = np.arange(30) != row
        mean = features.mean(axis=0)
        design = np.c_[features[others] - mean, np.ones(29)]
        penalty = np.diag([*[0.001 * 30] * 4, 0.0])
        weights = np.linalg.solve(design.T @ design + penalty, design.T @ y[others, 0])
        answers.append(float(np.r_[features[row] - mean, 1.0] @ weights))
    errors = np.array(answers) - y[:, 0]
    expected = 1 - (errors**2).sum() / ((y - y.mean()) ** 2).sum()

    assert linear_probe(features, y) >= expected - 1e-9
    assert linear_probe(features, y) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("name", list(OF_CLASSES))
def test_features_that_tell_the_class_score_higher_than_those_that_do_not(name):
    score = OF_CLASSES[name]
    telling, silent = planted(240, 16, 4.0), planted(240, 16, 0.0)

    assert score(*telling) > score(*silent)


@pytest.mark.parametrize("name", list(OF_NUMBERS))
def test_features_that_tell_a_number_score_higher_than_noise(name):
    random = np.random.default_rng(4)
    features = random.normal(size=(200, 8))
    y = features[:, :1] + 0.3 * random.normal(size=(200, 1))
    y = (y - y.mean()) / y.std()

    assert OF_NUMBERS[name](features, y) > OF_NUMBERS[name](random.normal(size=(200, 8)), y)


def test_fewer_rows_than_entries_never_flatter_noise():
    features, labels = planted(60, 384, 0.0, seed=5)

    assert neighbours(features, labels) < 0.55
    assert linear_probe(features, labels) < 0.55
