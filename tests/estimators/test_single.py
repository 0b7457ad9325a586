"""One estimator per family and kind of task, made from the table of families."""

import inspect
from dataclasses import fields

import numpy as np
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV

import headstart as hs
from headstart.errors import AskError
from headstart.estimators.names import estimator_names
from headstart.families import FAMILIES, family

SHORT = {"passes": 3, "rounds": 20, "trees": 10}
TABLES = ("linear", "random_forest", "xgboost", "lightgbm", "catboost", "feedforward")


def short(name):
    """An estimator that is quick to fit."""
    made = getattr(hs, name)()
    return made.set_params(**{k: v for k, v in SHORT.items() if k in made.get_params()})


def test_every_family_of_tables_has_both_estimators():
    families = {name for name, _ in estimator_names().values()}

    assert families >= {*TABLES, "tabular_transformer"}
    assert families <= set(FAMILIES)
    assert "majority" not in families
    assert len(estimator_names()) == 2 * len(families)


def test_names_are_spelled_as_the_libraries_are():
    assert {"LightGBMClassifier", "XGBoostRegressor", "CatBoostClassifier"} <= set(dir(hs))
    assert {"FeedForwardRegressor", "TabularTransformerClassifier"} <= set(dir(hs))


def test_a_class_is_made_once():
    assert hs.LightGBMClassifier is hs.LightGBMClassifier


@pytest.mark.parametrize("name", estimator_names())
def test_the_arguments_are_the_familys_settings_and_the_seed(name):
    of_family, kind = estimator_names()[name]
    settings = family(of_family).Settings
    found = inspect.signature(getattr(hs, name)).parameters

    assert list(found) == [*(each.name for each in fields(settings)), "random_state"]
    assert all(found[each.name].default == each.default for each in fields(settings))
    assert (is_classifier if kind == "classification" else is_regressor)(getattr(hs, name)())


@pytest.mark.parametrize("name", estimator_names())
def test_every_estimator_learns_and_keeps_its_answer_through_a_clone(name):
    kind = estimator_names()[name][1]
    X, y = (load_iris if kind == "classification" else load_diabetes)(return_X_y=True)  # noqa: N806
    made = short(name)

    answers = made.fit(X, y).predict(X)

    assert answers.shape == y.shape
    assert np.array_equal(clone(made).fit(X, y).predict(X), answers)


@pytest.mark.parametrize("name", [name for name in estimator_names() if "Regressor" not in name])
def test_classes_and_probabilities_are_scikit_learns(name):
    X, y = load_iris(return_X_y=True)  # noqa: N806
    words = np.array(["a", "b", "c"])[y]

    fitted = short(name).fit(X, words)
    chances = fitted.predict_proba(X)

    assert list(fitted.classes_) == ["a", "b", "c"]
    assert chances.shape == (150, 3)
    assert np.allclose(chances.sum(axis=1), 1.0, atol=1e-6)
    assert fitted.score(X, words) > 0.6


@pytest.mark.parametrize("name", ["FeedForwardRegressor", "TabularTransformerRegressor"])
def test_a_network_answers_a_row_alone_as_it_does_among_others(name):
    X, y = load_diabetes(return_X_y=True)  # noqa: N806
    fitted = short(name).fit(X, y)

    together = fitted.predict(X[:20])
    alone = np.concatenate([fitted.predict(X[row : row + 1]) for row in range(20)])

    assert np.allclose(alone, together, rtol=1e-9, atol=0)


def test_a_setting_out_of_its_range_is_refused_by_the_fit():
    X, y = load_iris(return_X_y=True)  # noqa: N806
    made = hs.LightGBMClassifier(leaves=1)

    with pytest.raises(AskError, match="`leaves` is 1; it must be a whole number between 2"):
        made.fit(X, y)


def test_an_unknown_setting_is_refused():
    with pytest.raises(TypeError, match="depth"):
        hs.LightGBMClassifier(depth=3)


def test_a_name_that_is_nearly_right_is_answered_with_the_right_one():
    with pytest.raises(AttributeError, match="Did you mean `LightGBMClassifier`"):
        _ = hs.LigthGBMClassifier


def test_a_search_over_settings_works():
    X, y = load_iris(return_X_y=True)  # noqa: N806
    search = GridSearchCV(
        hs.RandomForestClassifier(random_state=0), {"trees": np.array([2, 10])}, cv=3
    )

    assert search.fit(X, y).best_score_ > 0.9
