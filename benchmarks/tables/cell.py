"""One cell of the comparison: one system, set, split and budget; measured, judged, kept.

A finished cell is two files in the folder of results: `NAME.json` with scores, costs, versions and
what the system said, and `NAME.parquet` with the outcome of every test row, which the paired
comparison needs. A cell that failed is kept too, with the reason: a system that cannot answer
loses.
"""

import json
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measure
from benchmarks.carriers import CACHE
from benchmarks.environments import HERE, python_of
from benchmarks.sets import SETS, RealSet
from benchmarks.splits import Split, split_of
from benchmarks.tables import scores

PEERS = Path(__file__).parent / "peers"
RESULTS = HERE / "results" / "tables"
SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Which program answers, in which environment, and in which of its ways.

    `beside` marks what is told beside the comparison and not counted in it.
    """

    program: str
    environment: str
    variant: str = ""
    beside: bool = False


SYSTEMS = {
    "headstart": System(program="headstart_fit.py", environment="headstart"),
    "autogluon": System(
        program="autogluon_fit.py", environment="autogluon", variant="medium_quality"
    ),
    "flaml": System(program="flaml_default.py", environment="flaml"),
    "sklearn": System(program="plain_sklearn.py", environment="sklearn"),
    "autogluon_best": System(
        program="autogluon_fit.py", environment="autogluon", variant="best_quality", beside=True
    ),
    "headstart_single": System(
        program="headstart_fit.py", environment="headstart", variant="single", beside=True
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What is run: budgets are wall seconds, the split's number is the seed.

    `share` (0 to 1) of the rows are test rows; cells with different shares need different folders
    of results.
    """

    system: str
    set: str
    split: int
    seconds: int
    share: float = 0.25

    @property
    def name(self) -> str:
        """The name of its files."""
        return f"{self.set}-{self.seconds}s-{self.split}-{self.system}"


def is_finished(cell: Cell, results: Path = RESULTS) -> bool:
    """Whether this cell has run before, be it with an answer or without."""
    return (results / f"{cell.name}.json").exists()


def has_failed(cell: Cell, results: Path = RESULTS) -> bool:
    """Whether this cell has run before and gave no answer."""
    path = results / f"{cell.name}.json"
    return path.exists() and json.loads(path.read_text())["status"] == "failed"


def run_cell(cell: Cell, *, threads: int, results: Path = RESULTS) -> dict[str, Any]:
    """Run one system in its own environment and process; judge, keep and return the record.

    It is killed after twice its budget and a minute more: loading libraries and predicting are
    outside the budget of every peer, and inside that of Headstart.
    """
    one = SETS[cell.set]
    files = split_of(one, cell.split, cell.share)
    out = CACHE / "cells" / cell.name
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    question = out / "ask.json"
    question.write_text(json.dumps(_ask(cell, one, files, out, threads)))
    here, system = measure.machine(), SYSTEMS[cell.system]
    cost = measure.run(
        [python_of(system.environment), PEERS / system.program, question],
        log=out / "log.txt",
        limit=2 * cell.seconds + 60,
        environment={"OMP_NUM_THREADS": str(threads), "PYTHONWARNINGS": "ignore"},
    )
    record = {
        "schema": SCHEMA,
        **asdict(cell),
        "metric": one.metric,
        "sha256": one.sha256,
        "threads": threads,
        "source": source() if system.environment == "headstart" else "",
        "machine": here,
        "load_after": measure.machine()["load"],
        "cost": cost.plain(),
        **_judged(one, files, out),
    }
    _keep(record, cell, results)
    shutil.rmtree(out / "models", ignore_errors=True)
    return record


def source() -> str:
    """The commit that was measured, `-dirty` if files had changed since; empty without git."""
    if shutil.which("git") is None:
        return ""
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True)
    return done.stdout.strip()


def _ask(cell: Cell, one: RealSet, files: Split, out: Path, threads: int) -> dict[str, Any]:
    return {
        "train": str(files.train),
        "questions": str(files.questions),
        "test": str(files.test) if SYSTEMS[cell.system].environment == "headstart" else "",
        "out": str(out),
        "target": one.target,
        "kind": one.kind,
        "metric": one.metric,
        "seconds": cell.seconds,
        "seed": cell.split,
        "threads": threads,
        "variant": SYSTEMS[cell.system].variant,
    }


def _judged(one: RealSet, files: Split, out: Path) -> dict[str, Any]:
    """Status, scores and outcomes of what a system left; its log's end if it left nothing."""
    answer = out / "answer.json"
    if not answer.exists():
        log = (out / "log.txt").read_text(errors="replace").strip()
        return {"status": "failed", "because": log[-1500:]}
    try:
        told = {
            path.stem: scores.outcomes(path, files.test, one.target, one.metric)
            for path in sorted(out.glob("*.parquet"))
        }
    except (ValueError, KeyError) as problem:
        return {"status": "failed", "because": f"its predictions cannot be judged: {problem}"}
    return {
        "status": "finished",
        "score": scores.score(one.metric, told["predictions"]),
        "log_loss": _log_loss(one, files, out),
        "members": {
            name: scores.score(one.metric, rows)
            for name, rows in told.items()
            if name != "predictions"
        },
        "rows_of": told,
        "answer": json.loads(answer.read_text()),
    }


def _log_loss(one: RealSet, files: Split, out: Path) -> float | None:
    if one.kind == "regression":
        return None
    return scores.log_loss(out / "predictions.parquet", files.test, one.target)


def _keep(record: dict[str, Any], cell: Cell, results: Path) -> None:
    """The rows first, then the record: a cell whose record exists is whole."""
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    results.mkdir(parents=True, exist_ok=True)
    told = record.pop("rows_of", {})
    if told:
        columns = {
            ("" if name == "predictions" else f"{name}.") + part: values.astype(np.float32)
            for name, rows in told.items()
            for part, values in rows.items()
        }
        parquet.write_table(
            arrow.table(columns), results / f"{cell.name}.parquet", compression="zstd"
        )
    text = json.dumps(record, indent=1, sort_keys=True)
    unfinished = results / f"{cell.name}.json.part"
    unfinished.write_text(text + "\n")
    unfinished.rename(results / f"{cell.name}.json")
