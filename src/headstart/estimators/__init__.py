"""scikit-learn estimators: the race, and each family by itself, behind `fit` and `predict`.

`Classifier` and `Regressor` race. Each family that learns from tables of numbers has a class of its
own for every kind of task it takes: `LightGBMClassifier`, `RandomForestRegressor`, ... They are
made from the table of families when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart.errors import nearest
from headstart.estimators.names import estimator_names

if TYPE_CHECKING:
    from headstart.estimators.racing import Classifier as Classifier
    from headstart.estimators.racing import Regressor as Regressor

_RACING = ("Classifier", "Regressor")


def __getattr__(name: str) -> Any:
    if name in _RACING:
        from headstart.estimators import racing

        return getattr(racing, name)
    names = estimator_names() if name.endswith(_RACING) else {}
    if name not in names:
        raise AttributeError(
            f"module {__name__!r} has no attribute {name!r}. {nearest(name, list(names))}"
        )
    from headstart.estimators.single import estimator

    return estimator(name)


def __dir__() -> list[str]:
    return sorted((*_RACING, *estimator_names()))
