"""Do the intervals that are reported hold? Many small runs on tables whose truth can be drawn.

    python -m benchmarks.coverage              two minutes; writes results/coverage.json and .md
    python -m benchmarks.coverage --runs 5     five runs of each table, writes nothing

Each run is a race of floors and a small booster on a planted table, in this process and in work
units, to its verdict, its refit and its one look at the locked rows. It is then counted how often
the locked score lies in the interval that the verdict gave before the look, and how often the score
on 50,000 fresh rows lies in the interval that is reported beside the locked score.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks import measure
from benchmarks.environments import HERE
from benchmarks.tables.page import table

RESULT = HERE / "results" / "coverage.json"
FRESH = 50_000
RUNS = 40
_STEPS = 500.0
_GOAL_OF_VERDICT = 0.93
_LEVEL_OF_LOCKED = 0.90
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A table without end: rows to race on, the metric, and how a row is made.

    `make(rows, generator)` gives columns by name, the answer `y` among them.
    """

    name: str
    rows: int
    kind: str
    metric: str
    make: Callable[[int, np.random.Generator], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One run: what was predicted, what the locked rows said, and what is true."""

    table: str
    winner: str
    draws: int
    predicted: Interval
    locked: float
    reported: Interval
    truth: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, help="of each table")
    asked = parser.parse_args()
    runs = []
    for seed in range(asked.runs or RUNS):
        for each in TABLES:
            runs.append(run(each, seed))
            print(json.dumps(asdict(runs[-1])), flush=True)
    page = told(runs)
    print(page)
    if asked.runs is None:
        document = {"schema": 1, "machine": measure.machine(), "runs": [asdict(r) for r in runs]}
        RESULT.write_text(json.dumps(document, indent=1) + "\n")
        RESULT.with_suffix(".md").write_text(page + "\n")


def run(planted: Planted, seed: int) -> Ran:
    """One race on freshly drawn rows, and its delivered model on 50,000 others."""
    from headstart import delivery, intake, metrics
    from headstart.experiment.engines.inprocess import InProcessEngine
    from headstart.experiment.material import truth_of
    from headstart.records import Budget
    from headstart.verbs.closing import silent
    from headstart.verbs.fitting import answer
    from headstart.verbs.request import Request

    generator = np.random.default_rng([seed, planted.rows])
    with tempfile.TemporaryDirectory(prefix="headstart-") as folder:
        request = Request(
            source=pa.table(planted.make(planted.rows, generator)),
            question={
                "target": "y",
                "task": planted.kind,
                "metric": planted.metric,
                "split": "random",
            },
            budget=Budget(steps=_STEPS),
            began=time.monotonic(),
            starts=("scratch",),
            variants={"lightgbm.shallow": {"rounds": 40}},
            most_rungs=1,
            most_draws=5,
            seed=seed,
            out=Path(folder) / "run",
        )
        ended = answer(request, InProcessEngine(), silent())
        task, test = ended.asked.task, ended.settled.test
        assert test is not None
        fresh = intake.read(pa.table(planted.make(FRESH, generator))).data
        fresh, _, _ = intake.set_task(fresh, ("y",), kind=task.kind, metric=task.metric)
        predicted = delivery.load(ended.settled.folder).predict(fresh)
        truth = truth_of(fresh, task)[0]
        scale = ended.arena.material.scale()
        return Ran(
            table=planted.name,
            winner=ended.settled.verdict.winner.candidate,
            draws=ended.settled.verdict.winner.draws,
            predicted=ended.settled.verdict.winner.interval,
            locked=test.score,
            reported=test.interval,
            truth=metrics.score(task.metric, truth, predicted, task, scale=scale),
        )


def told(runs: Sequence[Ran]) -> str:
    """How often the intervals held, for each table and for all."""
    rows = []
    for name in [*dict.fromkeys(each.table for each in runs), ""]:
        these = [each for each in runs if not name or each.table == name]
        first = [_holds(each.predicted, each.locked) for each in these]
        second = [_holds(each.reported, each.truth) for each in these]
        third = [_holds(each.predicted, each.truth) for each in these]
        width = np.mean([np.ptp(each.predicted) / np.ptp(each.reported) for each in these])
        shares = [f"{np.mean(held):.3f}" for held in (first, second, third)]
        rows.append([name or "all", len(these), *shares, f"{width:.2f}"])
    heads = ["table", "runs", f"locked score in the verdict's interval (>= {_GOAL_OF_VERDICT})"]
    heads += [f"truth in the interval of the locked score ({_LEVEL_OF_LOCKED})"]
    heads += ["truth in the verdict's interval", "width, verdict's over locked"]
    return table(heads, rows)


def _holds(interval: Interval, value: float) -> bool:
    return bool(interval[0] <= value <= interval[1])


def _columns(rows: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
    return {f"x{place}": generator.standard_normal(rows) for place in range(4)}


def _two_classes(rows: int, generator: np.random.Generator) -> dict[str, Any]:
    """Half and half; the Bayes error is about 0.2."""
    made = _columns(rows, generator)
    logit = 1.5 * made["x0"] - made["x1"] + 1.5 * made["x2"] * made["x3"]
    return {**made, "y": _drawn(logit, generator)}


def _rare_class(rows: int, generator: np.random.Generator) -> dict[str, Any]:
    """One row in eight is looked for."""
    made = _columns(rows, generator)
    return {**made, "y": _drawn(1.5 * made["x0"] - made["x1"] ** 2 - 1.8, generator)}


def _heavy_tails(rows: int, generator: np.random.Generator) -> dict[str, Any]:
    """A number with errors that are more often large than normal ones (Laplace)."""
    made = _columns(rows, generator)
    errors = generator.laplace(size=rows)
    return {**made, "y": 2 * made["x0"] + np.sin(2 * made["x1"]) + errors}


def _drawn(logit: np.ndarray, generator: np.random.Generator) -> list[str]:
    yes = generator.random(len(logit)) < 1 / (1 + np.exp(-logit))
    return np.where(yes, "yes", "no").tolist()


TABLES = (
    Planted(
        name="two classes, 600 rows",
        rows=600,
        kind="classification",
        metric="accuracy",
        make=_two_classes,
    ),
    Planted(
        name="a rare class, 900 rows",
        rows=900,
        kind="classification",
        metric="roc_auc",
        make=_rare_class,
    ),
    Planted(
        name="heavy tails, 800 rows",
        rows=800,
        kind="regression",
        metric="rmse",
        make=_heavy_tails,
    ),
)


if __name__ == "__main__":
    main()
