"""Import optional libraries at the point of use, with a readable refusal and without their ballast.

Boosting libraries import scikit-learn and pandas merely because these are installed, which costs
seconds in a fresh process. In processes that belong to Headstart (its command line, its workers)
they are imported as if those companions were absent; in a user's own process they are left alone.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType, ModuleType

from headstart.errors import missing_extra

EXTRA_OF = MappingProxyType(
    {
        "xgboost": "trees",
        "lightgbm": "trees",
        "catboost": "trees",
        "torch": "deep",
        "torchvision": "vision",
        "timm": "vision",
        "PIL": "vision",
        "soundfile": "audio",
        "gymnasium": "worlds",
        "fastapi": "serve",
        "uvicorn": "serve",
        "ray": "ray",
        "optuna": "search",
        "transformers": "weights",
        "tokenizers": "weights",
        "huggingface_hub": "weights",
    }
)
OURS = "HEADSTART_PROCESS"
_DECIDING = (
    "headstart",
    "numpy",
    "scikit-learn",
    "lightgbm",
    "xgboost-cpu",
    "catboost",
    "torch",
    "gymnasium",
)
# Threads of OpenMP wait awake 300,000 turns for each other. Beside another busy program that takes
# the very core from the one they wait for: with 1,000 turns nets learn 1.8 to 2.3 times as fast
# there, and at rest up to 8 % slower.
_WAITING = MappingProxyType({"GOMP_SPINCOUNT": "1000"})
_COMPANIONS = ("sklearn", "pandas", "pyarrow", "dask", "matplotlib", "plotly", "graphviz")


def own_environment() -> dict[str, str]:
    """The environment of a process of ours; how threads wait is left to who has decided on it."""
    decided = {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"} & os.environ.keys()
    return {**os.environ, **({} if decided else _WAITING), OURS: "1"}


def is_installed(library: str) -> bool:
    """Whether a library could be imported, found out without importing it."""
    return library in sys.modules or find_spec(library) is not None


def versions() -> tuple[tuple[str, str], ...]:
    """Versions of Python and of the libraries that matter for a result, as far as they are here."""
    from importlib import metadata  # it reads mails' headers, which costs a fresh process 30 ms

    found = [("python", platform.python_version())]
    for library in _DECIDING:
        try:
            found.append((library, metadata.version(library)))
        except metadata.PackageNotFoundError:
            continue
    return tuple(found)


def need(library: str, wanted_by: str) -> ModuleType:
    """Import an optional library or say which extra brings it.

    Raises:
        MissingExtra: the library is not installed.

    Example:
        >>> need("json", wanted_by="this example").loads("[1]")
        [1]
    """
    if not is_installed(library):
        raise missing_extra(library, EXTRA_OF.get(library, library), wanted_by)
    return import_module(library)


def need_lean(library: str, wanted_by: str) -> ModuleType:
    """As `need`; in a process of ours, without scikit-learn and pandas in its wake."""
    if library in sys.modules:
        return need(library, wanted_by)
    with lean(library.partition(".")[0]):
        return need(library, wanted_by)


@contextmanager
def lean(wanted: str = "") -> Iterator[None]:
    """Imports in the block are made without scikit-learn and pandas in a process of ours.

    For libraries that import their parts when these are first asked for.

    Args:
        wanted: the one of these companions that is not left out.
    """
    is_ours = os.environ.get(OURS) == "1"
    companions = [name for name in _COMPANIONS if is_ours and name != wanted]
    hidden = [name for name in companions if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # an import of it raises ImportError
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def lean_arrow() -> ModuleType:
    """Import pyarrow; in a process of ours, so that it does not import pandas at its first use.

    Arrow looks for pandas once, when it first turns values into NumPy, and remembers the answer.
    To be called before that, wherever values of a table are first touched.
    """
    arrow = import_module("pyarrow")
    if os.environ.get(OURS) == "1" and "pandas" not in sys.modules:
        absent = _Absent()
        sys.meta_path.insert(0, absent)
        try:
            arrow.array([0])
        finally:
            sys.meta_path.remove(absent)
    return arrow


class _Absent:
    """Says that pandas is not installed; compiled code does not heed a None in its place."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("pandas is left out of this process", name=name)
