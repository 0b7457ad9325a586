"""Everything that could be chosen on a question of texts: `benchmarks/exhaustive.py` asked so."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import exhaustive
from benchmarks.starts.cell import CHECKPOINT, RESULTS
from benchmarks.starts.material import TARGET, Question, files_of
from benchmarks.starts.sets import SETS

_ASKS = {"target": TARGET, "task": "classification", "metric": "accuracy"}


def name_of(question: Question) -> str:
    """The name of a question's files."""
    return exhaustive.name_of(question.name)


def run_question(question: Question, *, threads: int, results: Path = RESULTS) -> dict[str, Any]:
    """Train and score what is left to do of one question; the record of all of it."""
    files = files_of(SETS[question.set], question)
    return exhaustive.run_everything(
        exhaustive.Everything(
            name=question.name,
            train=files.train,
            test=files.test,
            asks={**_ASKS, "columns": {"text": "text"}},
            told={**asdict(question), "checkpoint": CHECKPOINT},
            metric="accuracy",
            results=results,
            threads=threads,
        )
    )
