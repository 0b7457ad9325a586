"""Forests as arrays, held against scikit-learn's own walk."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.features.forests import Forest, forest_of, tree_of


def as_arrays(estimator, columns: int) -> Forest:
    trees = [each.tree_ for each in estimator.estimators_]
    return forest_of(
        [
            tree_of(
                left=tree.children_left,
                right=tree.children_right,
                column=tree.feature,
                threshold=tree.threshold,
                missing_left=tree.missing_go_to_left,
                answers=tree.value[:, 0, :],
                columns=columns,
            )
            for tree in trees
        ]
    )


def rough_matrix(rows: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(rows, 4)).round(1).astype(np.float32)
    matrix[random.random(matrix.shape) < 0.2] = np.nan
    return matrix


@pytest.mark.parametrize("kind", ["RandomForestClassifier", "ExtraTreesClassifier"])
def test_chances_equal_those_of_scikit_learn(kind):
    import sklearn.ensemble

    matrix = rough_matrix(400, seed=0)
    truth = np.nansum(matrix, axis=1).astype(int) % 3
    forest = getattr(sklearn.ensemble, kind)(20, random_state=0).fit(matrix, truth)
    fresh = rough_matrix(300, seed=1)

    found = as_arrays(forest, 4).predict(fresh)

    np.testing.assert_allclose(found, forest.predict_proba(fresh), atol=1e-12)


def test_numbers_equal_those_of_scikit_learn():
    from sklearn.ensemble import RandomForestRegressor

    matrix = rough_matrix(400, seed=0)
    forest = RandomForestRegressor(20, random_state=0).fit(matrix, np.nansum(matrix, axis=1))
    fresh = rough_matrix(300, seed=1)

    found = as_arrays(forest, 4).predict(fresh)[:, 0]

    np.testing.assert_allclose(found, forest.predict(fresh), atol=1e-9)


def test_threads_answer_as_one():
    from sklearn.ensemble import RandomForestRegressor

    matrix = rough_matrix(200, seed=0)
    forest = as_arrays(RandomForestRegressor(5, random_state=0).fit(matrix, np.arange(200)), 4)
    many = np.tile(matrix, (200, 1))

    np.testing.assert_array_equal(forest.predict(many, threads=2), forest.predict(many))


def test_a_threshold_between_two_float32_is_rounded_down():
    low = np.float32(1.0)
    high = np.nextafter(low, np.float32(2.0))
    between = 0.4 * float(low) + 0.6 * float(high)
    stump = tree_of(
        left=np.array([1, -1, -1]),
        right=np.array([2, -1, -1]),
        column=np.zeros(3, dtype=int),
        threshold=np.array([between, 0.0, 0.0]),
        missing_left=np.zeros(3, dtype=int),
        answers=np.array([[0.0], [1.0], [2.0]]),
        columns=1,
    )

    assert stump.predict(np.array([[low], [high]])).ravel().tolist() == [1.0, 2.0]
