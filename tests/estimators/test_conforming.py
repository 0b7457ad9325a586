"""scikit-learn's own checks of estimators: the racing ones and two quick families whole.

`pytest -m thorough` runs them for every family; that takes minutes.
"""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import headstart as hs
from headstart.estimators.names import estimator_names

QUICK = ("LinearClassifier", "LinearRegressor", "LightGBMClassifier", "LightGBMRegressor")
OTHERS = tuple(name for name in estimator_names() if name not in QUICK)

pytestmark = pytest.mark.filterwarnings("default")  # the checks judge warnings themselves


@pytest.mark.xdist_group("estimators")
@parametrize_with_checks(
    [hs.Classifier(), hs.Regressor(), *(getattr(hs, name)() for name in QUICK)]
)
def test_estimators_keep_the_conventions_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.thorough
@parametrize_with_checks([getattr(hs, name)() for name in OTHERS])
def test_every_familys_estimators_keep_the_conventions_of_scikit_learn(estimator, check):
    check(estimator)
