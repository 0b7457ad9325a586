"""Ask a fresh interpreter: does the family import alone, and do its saved models answer alike?

One interpreter answers for all checks of a family. It is handed a request, a JSON file, and writes
its answers beside it.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headstart.processes.libraries import own_environment

BLOCKED = (
    "torch",
    "torchvision",
    "transformers",
    "xgboost",
    "lightgbm",
    "catboost",
    "sklearn",
    "scipy",
    "jax",
    "gymnasium",
    "pandas",
    "polars",
    "duckdb",
    "pyarrow",
    "safetensors",
)
"""Libraries that take long to import, or need not be installed."""
_PROGRAM = """
import sys
from pathlib import Path
from headstart.testing.fresh import answer
answer(Path(sys.argv[1]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """What was found.

    Attributes:
        imported: "" or how the import failed with heavy libraries blocked.
        digests: of each lesson's candidates as plain values.
        answers: lesson -> file with the arrays of the answer.
        trouble: "" or the end of the traceback that the interpreter died with.
    """

    imported: str
    digests: Mapping[str, str]
    answers: Mapping[str, str]
    trouble: str


def ask_fresh(name: str, models: Mapping[str, Path], folder: Path) -> Fresh:
    """Start an interpreter that loads these model folders and answers for each lesson."""
    request = folder / "request.json"
    asked = {"family": name, "models": {lesson: str(path) for lesson, path in models.items()}}
    request.write_text(json.dumps(asked))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _PROGRAM, str(request)],
        capture_output=True,
        text=True,
        cwd=folder,
        env=own_environment(),
        check=False,
        timeout=300,
    )
    file = folder / "answer.json"
    found = json.loads(file.read_text()) if file.is_file() else {}
    trouble = "" if done.returncode == 0 else done.stderr[-2000:] or f"ended with {done.returncode}"
    return Fresh(
        imported=found.get("imported", trouble),
        digests=found.get("digests", {}),
        answers=found.get("answers", {}),
        trouble=trouble,
    )


def digest(name: str, lesson: Any) -> str:
    """A checksum of what a family proposes for a lesson, estimates left out."""
    from headstart.families import candidate_to_plain, family
    from headstart.records import Refusal
    from headstart.testing.lesson import proposals

    proposed = proposals(family(name), lesson)
    assert not isinstance(proposed, Refusal)
    plain = [candidate_to_plain(each) for each in proposed]
    text = json.dumps([[each["name"], each["settings"], each["start"]] for each in plain])
    return hashlib.sha256(text.encode()).hexdigest()


def answer(request: Path) -> None:
    """Do in this interpreter what a request asks for."""
    asked = json.loads(request.read_text())
    found: dict[str, Any] = {"imported": _import_blocked(asked["family"])}
    found |= {"digests": {}, "answers": {}}
    file = request.parent / "answer.json"
    file.write_text(json.dumps(found))
    for name, folder in asked["models"].items():
        found["digests"][name], found["answers"][name] = _answer(
            asked["family"], name, Path(folder), file.with_name(f"{len(found['answers'])}.npz")
        )
        file.write_text(json.dumps(found))


def _import_blocked(name: str) -> str:
    """Import the family's module as if no heavy library were installed."""
    from headstart.families import family

    blocked = [library for library in BLOCKED if library not in sys.modules]
    sys.modules.update(dict.fromkeys(blocked))  # type: ignore[arg-type]  # None forbids an import
    try:
        family(name)
    except ImportError as error:
        return str(error)
    finally:
        for library in blocked:
            del sys.modules[library]
    return ""


def _answer(family_name: str, name: str, folder: Path, out: Path) -> tuple[str, str]:
    """Load one saved model and write its answer for the lesson of that name."""
    import numpy as np

    from headstart.families import family
    from headstart.testing.lesson import arrays
    from headstart.testing.subject import Subject

    lesson = next(each for each in Subject(family_name).lessons if each.name == name)
    prediction = family(family_name).load(folder).predict(lesson.unseen)
    np.savez(out, *arrays(prediction))
    return digest(family_name, lesson), str(out)
