"""Whole stories on small data: the command line as a person types it, in a folder of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "chaos"))  # `ordeal` and `small_tables`


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def document(self):
        return json.loads(self.out)


@pytest.fixture
def headstart(tmp_path):
    """Run `headstart WORDS` in the story's folder."""

    def run(*words, seconds=120):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "headstart", *map(str, words)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=seconds,
            env={**os.environ, "COLUMNS": "100"},
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def flowers(tmp_path) -> Path:
    """Iris with its labels as words: three kinds, 150 rows."""
    return _flowers(tmp_path / "flowers.csv")


@pytest.fixture(scope="module")
def grown(tmp_path_factory, fitted) -> Path:
    """A run on the flowers, for stories that begin where it has ended."""
    folder = tmp_path_factory.mktemp("grown")
    fitted(_flowers(folder / "flowers.csv"), folder / "run", target="kind")
    return folder / "run"


def _flowers(path: Path) -> Path:
    from sklearn.datasets import load_iris

    data = load_iris()
    names = [name.removesuffix(" (cm)").replace(" ", "_") for name in data.feature_names]
    lines = [",".join([*names, "kind"])]
    for row, label in zip(data.data, data.target, strict=True):
        lines.append(",".join([*(f"{value:g}" for value in row), data.target_names[label]]))
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def waves(tmp_path) -> Path:
    """600 rows of a curve that no straight line follows, with a category and missing cells."""
    generator = np.random.default_rng(7)
    x = generator.uniform(-3, 3, 600)
    colour = generator.choice(["red", "green", "blue"], 600)
    y = np.sin(2 * x) * 3 + (colour == "red") * 2 + generator.normal(0, 0.2, 600)
    lines = ["x,colour,height"]
    for i in range(600):
        cell = "" if i % 40 == 0 else f"{x[i]:.4f}"
        lines.append(f"{cell},{colour[i]},{y[i]:.4f}")
    path = tmp_path / "waves.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def one_core():
    """Threads that wait for each other on a busy machine cost twenty times what is computed."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    yield
    os.sched_setaffinity(0, before)
