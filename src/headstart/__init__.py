"""Which deep model to start with on your data, from which weights, and how to train it.

    >>> import headstart as hs
    >>> run = hs.fit("churn.csv", target="churned", minutes=5)    # doctest: +SKIP
    >>> run.verdict.because                                       # doctest: +SKIP
    >>> hs.predict(run, "new.csv", out="answers.csv")             # doctest: +SKIP

Importing this loads the standard library only; each name is bound when it is first used. Beside the
names below there is a scikit-learn estimator for each family: `LightGBMClassifier`,
`RandomForestRegressor`, ...; `dir(headstart)` lists them.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headstart import weights as weights
    from headstart.estimators import Classifier as Classifier
    from headstart.estimators import Regressor as Regressor
    from headstart.verbs import adjust as adjust
    from headstart.verbs import advise as advise
    from headstart.verbs import demo as demo
    from headstart.verbs import doctor as doctor
    from headstart.verbs import fit as fit
    from headstart.verbs import inspect as inspect
    from headstart.verbs import models as models
    from headstart.verbs import predict as predict
    from headstart.verbs import profile as profile
    from headstart.verbs import read as read
    from headstart.verbs import replay as replay
    from headstart.verbs import report as report

_VERBS = (
    "adjust",
    "advise",
    "demo",
    "doctor",
    "fit",
    "inspect",
    "models",
    "predict",
    "profile",
    "read",
    "replay",
    "report",
)
_ESTIMATORS = ("Classifier", "Regressor")
_HOMES = MappingProxyType(
    {
        **dict.fromkeys(_VERBS, "headstart.verbs"),
        **dict.fromkeys(_ESTIMATORS, "headstart.estimators"),
    }
)
__version__ = "0.1.0"
__all__ = [
    "Classifier",
    "Regressor",
    "adjust",
    "advise",
    "demo",
    "doctor",
    "fit",
    "inspect",
    "models",
    "predict",
    "profile",
    "read",
    "replay",
    "report",
    "weights",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name == "weights":
        return import_module("headstart.weights")
    if name.endswith(_ESTIMATORS):
        return getattr(import_module("headstart.estimators"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *dir(import_module("headstart.estimators"))})
