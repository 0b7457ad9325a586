"""The two sides of a question: everything trained to its end, and the race on a fifth of its time.

The race is `headstart fit --single`, so that what it names is a candidate, and what it delivers is
that candidate trained on all rows; the test file is looked at once, at the end. It decides by its
own rule: among candidates that cannot be told apart the cheapest.
"""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measure
from benchmarks.carriers import CACHE
from benchmarks.environments import HERE, python_of
from benchmarks.exhaustive import Everything, run_everything
from benchmarks.keeping import keep, quiet
from benchmarks.regret.questions import Question, files_of
from benchmarks.sets import SETS
from benchmarks.tables import scores
from benchmarks.tables.cell import PEERS, SYSTEMS, source

RESULTS = HERE / "results" / "regret"
SYSTEM = SYSTEMS["headstart_single"]
FEWEST_SECONDS = 8
DRAWS = 5
_DEAR = 20.0
SCHEMA = 1


def try_everything(
    question: Question, *, threads: int, within: float, results: Path = RESULTS
) -> dict[str, Any]:
    """Train what is left of every candidate on every draw; nothing more is begun after `within`."""
    one, files = SETS[question.set], files_of(question)
    return run_everything(
        Everything(
            name=question.name,
            train=files.train,
            test=files.test,
            asks={"target": one.target, "task": one.kind, "metric": one.metric},
            told=asdict(question),
            metric=one.metric,
            results=results,
            threads=threads,
            draws=DRAWS,
            dear=_DEAR,
        ),
        within,
    )


def name_of(question: Question) -> str:
    """The name of the files of the race."""
    return f"{question.name}-race"


def race(
    question: Question, *, seconds: float, threads: int, results: Path = RESULTS
) -> dict[str, Any]:
    """Run Headstart on the training rows for so long; judge, keep and return the record."""
    one, files, out = SETS[question.set], files_of(question), CACHE / "races" / question.name
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    asked = {
        "train": str(files.train),
        "questions": str(files.questions),
        "test": str(files.test),
        "out": str(out),
        "target": one.target,
        "kind": one.kind,
        "metric": one.metric,
        "seconds": seconds,
        "seed": question.split,
        "threads": threads,
        "variant": SYSTEM.variant,
        "worth": "",
    }
    (out / "ask.json").write_text(json.dumps(asked))
    here = measure.machine()
    cost = measure.run(
        [python_of(SYSTEM.environment), PEERS / SYSTEM.program, out / "ask.json"],
        log=out / "log.txt",
        limit=2.0 * seconds + 120,
        environment=quiet(threads),
    )
    judged, rows = _judged(question, files.test, out)
    record = {
        "schema": SCHEMA,
        **asdict(question),
        "metric": one.metric,
        "seconds": seconds,
        "threads": threads,
        "source": source(),
        "machine": here,
        "cost": cost.plain(),
        **judged,
    }
    keep(name_of(question), record, rows, results)
    shutil.rmtree(out, ignore_errors=True)
    return record


def _judged(
    question: Question, test: Path, out: Path
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What the race answered, and its delivered model on the test rows; its log if nothing."""
    answer, one = out / "answer.json", SETS[question.set]
    if not answer.exists():
        log = (out / "log.txt").read_text(errors="replace").strip()
        return {"status": "failed", "because": log[-1500:]}, {}
    rows = scores.outcomes(out / "predictions.parquet", test, one.target, one.metric)
    told = {"status": "finished", "score": scores.score(one.metric, rows)}
    return {**told, "answer": json.loads(answer.read_text())}, rows
