"""One cell of the comparison: one system on one question; measured, judged, kept.

A finished cell is `NAME.json` (score, cost, versions, what the system said) and `NAME.parquet` (the
outcome of every test row, for pairing) in the folder of results. A cell that failed is kept too,
with the reason. Cells without a file are what is left to do.
"""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import keeping, measure
from benchmarks.carriers import CACHE
from benchmarks.environments import HERE, python_of
from benchmarks.keeping import keep, quiet
from benchmarks.splits import Split
from benchmarks.starts.material import TARGET, Question, files_of
from benchmarks.starts.sets import SETS
from benchmarks.tables import scores
from benchmarks.tables.cell import source

PEERS = Path(__file__).parent / "peers"
RESULTS = HERE / "results" / "starts"
CHECKPOINT = "minilm_l6.all_v2"
LONGEST = 128
SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Which program answers, in which environment, and how long it may take (wall seconds)."""

    program: str
    environment: str
    limit: float


SYSTEMS = {
    "tfidf": System(program="tfidf_linear.py", environment="sklearn", limit=600),
    "frozen": System(program="frozen_linear.py", environment="sentence_transformers", limit=3_600),
    "setfit": System(program="setfit_pairs.py", environment="setfit", limit=3_600),
    "trainer": System(program="huggingface_trainer.py", environment="huggingface", limit=7_200),
    "headstart": System(program="headstart_fit.py", environment="headstart", limit=7_200),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What is run; `seconds` is Headstart's budget, 0 for the others, who take none."""

    system: str
    question: Question
    seconds: int = 0

    @property
    def name(self) -> str:
        """The name of its files."""
        return f"{self.question.name}-{self.system}"


def record_of(name: str, results: Path = RESULTS) -> dict[str, Any] | None:
    """What was kept of a cell that has run, be it with an answer or without."""
    return keeping.record_of(name, results)


def outcomes_of(name: str, results: Path = RESULTS) -> np.ndarray:
    """1 for each test row that was answered rightly, else 0."""
    return keeping.rows_of(name, results)["value"]


def run_cell(cell: Cell, *, threads: int, results: Path = RESULTS) -> dict[str, Any]:
    """Run one system in its own environment and process; judge, keep and return the record."""
    files = files_of(SETS[cell.question.set], cell.question)
    out = CACHE / "starts-cells" / cell.name
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    question = out / "ask.json"
    question.write_text(json.dumps(_ask(cell, files, out, threads)))
    system = SYSTEMS[cell.system]
    here = measure.machine()
    cost = measure.run(
        [python_of(system.environment), PEERS / system.program, question],
        log=out / "log.txt",
        limit=max(system.limit, 2.0 * cell.seconds + 300),
        environment=quiet(threads),
    )
    judged, rows = _judged(cell, files, out)
    record = {
        "schema": SCHEMA,
        "system": cell.system,
        **asdict(cell.question),
        "seconds": cell.seconds,
        "metric": "accuracy",
        "sha256": [each.sha256 for each in SETS[cell.question.set].members],
        "checkpoint": CHECKPOINT,
        "threads": threads,
        "source": source() if cell.system == "headstart" else "",
        "machine": here,
        "load_after": measure.machine()["load"],
        "cost": cost.plain(),
        **judged,
    }
    keep(cell.name, record, {} if rows is None else {"value": rows}, results)
    shutil.rmtree(out / "models", ignore_errors=True)
    return record


def checkpoint_folder() -> Path:
    """Where the encoder of every system stands: a package's file, known by its SHA-256."""
    from headstart import weights

    return Path(weights.need(CHECKPOINT).path)


def _ask(cell: Cell, files: Split, out: Path, threads: int) -> dict[str, Any]:
    return {
        "train": str(files.train),
        "questions": str(files.questions),
        "test": str(files.test) if cell.system == "headstart" else "",
        "out": str(out),
        "target": TARGET,
        "checkpoint": str(checkpoint_folder()),
        "longest": LONGEST,
        "seed": cell.question.split,
        "threads": threads,
        "seconds": cell.seconds,
    }


def _judged(cell: Cell, files: Split, out: Path) -> tuple[dict[str, Any], np.ndarray | None]:
    """Status, score and outcomes of what a system left; its log's end if it left nothing."""
    answer = out / "answer.json"
    if not answer.exists():
        log = (out / "log.txt").read_text(errors="replace").strip()
        return {"status": "failed", "because": log[-1500:]}, None
    try:
        rows = scores.outcomes(out / "predictions.parquet", files.test, TARGET, "accuracy")
    except (ValueError, KeyError) as problem:
        because = f"its predictions cannot be judged: {problem}"
        return {"status": "failed", "because": because}, None
    told = {"status": "finished", "score": scores.score("accuracy", rows)}
    return {**told, "answer": json.loads(answer.read_text())}, rows["value"]
