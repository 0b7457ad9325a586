"""A fitted estimator travels as the files of a model folder."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.datasets import load_iris

import headstart as hs
from headstart.errors import DataError
from headstart.estimators.keeping import packed, unpacked

X, Y = load_iris(return_X_y=True)


@pytest.mark.parametrize(
    "made",
    [
        hs.Classifier(),
        hs.LightGBMClassifier(rounds=20),
        hs.CatBoostClassifier(rounds=20),
        hs.FeedForwardClassifier(passes=2, members=2),
    ],
    ids=lambda made: type(made).__name__,
)
def test_a_pickled_estimator_has_the_same_answers(made):
    fitted = made.fit(X, Y)

    again = pickle.loads(pickle.dumps(fitted))

    assert np.allclose(again.predict_proba(X), fitted.predict_proba(X), atol=1e-6)
    assert again.get_params() == fitted.get_params()


def test_a_copy_has_a_model_of_its_own():
    fitted = hs.LinearClassifier().fit(X, Y)

    other = copy.deepcopy(fitted)

    assert other.model_ is not fitted.model_
    assert np.array_equal(other.predict_proba(X), fitted.predict_proba(X))


def test_the_state_holds_files_and_no_objects_of_a_library():
    state = packed(hs.LightGBMClassifier(rounds=20).fit(X, Y).__dict__)

    files = state["model_"]

    assert all(isinstance(content, bytes) for content in files.values())
    assert "headstart.json" in files
    assert any(name.startswith("member-0/") for name in files)


def test_a_state_that_names_files_elsewhere_is_refused():
    with pytest.raises(DataError, match="leads out"):
        unpacked({"model_": {"../away.json": b"{}"}})


def test_an_estimator_that_is_not_fitted_travels_too():
    assert pickle.loads(pickle.dumps(hs.Classifier(steps=5))).steps == 5
