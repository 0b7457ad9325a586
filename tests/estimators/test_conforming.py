"""scikit-learn's own checks of estimators: a race of floors and two quick families whole.

What the checks ask does not depend on who races, or for how many rounds. `make chaos` asks the
estimators as they are by default, and those of every other family; that takes minutes.
"""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import headstart as hs
from headstart.estimators.names import estimator_names

FLOORS = {"families": ("linear",)}
FEW = {"rounds": 30}
QUICK = (
    hs.Classifier(**FLOORS),
    hs.Regressor(**FLOORS),
    hs.LinearClassifier(),
    hs.LinearRegressor(),
    hs.LightGBMClassifier(**FEW),
    hs.LightGBMRegressor(**FEW),
)
ALIKE = ("LinearClassifier", "LinearRegressor")  # with their own settings above as well
OTHERS = tuple(name for name in estimator_names() if name not in ALIKE)

pytestmark = pytest.mark.filterwarnings("default")  # the checks judge warnings themselves


@pytest.mark.xdist_group("estimators")
@parametrize_with_checks(QUICK)
def test_estimators_keep_the_conventions_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.thorough
@parametrize_with_checks(
    [hs.Classifier(), hs.Regressor(), *(getattr(hs, name)() for name in OTHERS)]
)
def test_every_estimator_keeps_the_conventions_of_scikit_learn(estimator, check):
    check(estimator)
