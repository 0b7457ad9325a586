"""One function per verb: what the command line, Python and the estimators all call."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headstart.intake import read as read
    from headstart.verbs.adjusting import adjust as adjust
    from headstart.verbs.describing import advise as advise
    from headstart.verbs.describing import profile as profile
    from headstart.verbs.fitting import fit as fit
    from headstart.verbs.inspecting import inspect as inspect
    from headstart.verbs.machine import doctor as doctor
    from headstart.verbs.machine import fetch as fetch
    from headstart.verbs.machine import models as models
    from headstart.verbs.moving import weights as weights
    from headstart.verbs.predicting import predict as predict
    from headstart.verbs.revisiting import replay as replay
    from headstart.verbs.revisiting import report as report
    from headstart.verbs.showing import demo as demo

_HOMES = MappingProxyType(
    {
        "read": "headstart.intake",
        "profile": "headstart.verbs.describing",
        "advise": "headstart.verbs.describing",
        "fit": "headstart.verbs.fitting",
        "predict": "headstart.verbs.predicting",
        "report": "headstart.verbs.revisiting",
        "adjust": "headstart.verbs.adjusting",
        "replay": "headstart.verbs.revisiting",
        "models": "headstart.verbs.machine",
        "inspect": "headstart.verbs.inspecting",
        "weights": "headstart.verbs.moving",
        "doctor": "headstart.verbs.machine",
        "fetch": "headstart.verbs.machine",
        "demo": "headstart.verbs.showing",
    }
)
__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    """Bind a verb when it is first asked for, so that one verb costs what it needs and no more."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
