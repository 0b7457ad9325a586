"""Does a run end when it said it would? Twenty runs with budgets of different lengths.

    python -m benchmarks.budget            about ten minutes; writes results/budget.json

A run of N seconds keeps its promise if it exits with code 0 by N + max(3, 3 % of N) seconds of wall
time, measured around the process, and leaves a model. In every second run three families take part
that hang, crash and raise (`benchmarks/hostile/`).
"""

import argparse
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import hostile, measure
from benchmarks.carriers import CACHE
from benchmarks.environments import HERE, python_of
from benchmarks.sets import SETS
from benchmarks.splits import split_of
from benchmarks.tables.page import table

MISBEHAVING = ("hangs", "crashes", "raises")
RESULT = HERE / "results" / "budget.json"
BUDGETS = (10, 15, 20, 30, 60)
TABLES = ("concrete", "pima", "ames", "adult")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: a set, its budget in seconds, and whether families that misbehave take part."""

    number: int
    set: str
    seconds: int
    is_hostile: bool

    @property
    def latest(self) -> float:
        """Wall seconds by which it must have ended."""
        return self.seconds + max(3.0, 0.03 * self.seconds)


def runs() -> Iterator[Run]:
    """The twenty runs; short ones first, half of them among hostile families.

    >>> sum(run.is_hostile for run in runs())
    10
    """
    for number, (seconds, name) in enumerate((s, t) for s in BUDGETS for t in TABLES):
        turn = number + number // len(TABLES)
        yield Run(number=number, set=name, seconds=seconds, is_hostile=turn % 2 == 0)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=len(BUDGETS) * len(TABLES))
    asked = parser.parse_args()
    records = []
    for run in list(runs())[: asked.runs]:
        records.append(attempt(run))
        print(_line(records[-1]), flush=True)
    kept = sum(record["kept"] for record in records)
    print(f"\n{kept} of {len(records)} runs kept their budget.")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    document = {"schema": 1, "machine": measure.machine(), "kept": kept, "runs": records}
    RESULT.write_text(json.dumps(document, indent=1) + "\n")
    page = table(list(records[0]), [list(record.values()) for record in records])
    RESULT.with_suffix(".md").write_text(page + "\n")


def attempt(run: Run) -> dict[str, Any]:
    """Run it and say how far over (above zero) or under its budget it ended."""
    folder = CACHE / "budget" / str(run.number)
    shutil.rmtree(folder, ignore_errors=True)
    files = split_of(SETS[run.set], 0)
    words = ["fit", files.train, "--target", SETS[run.set].target, "--out", folder / "run"]
    words += ["--minutes", str(run.seconds / 60), "--seed", str(run.number)]
    environment = (
        {"PYTHONPATH": hostile.on_path(folder / "hostile", MISBEHAVING)} if run.is_hostile else {}
    )
    load = measure.machine()["load"]
    cost = measure.run(
        [python_of("headstart").with_name("headstart"), *words],
        log=folder / "log.txt",
        limit=2 * run.seconds + 60,
        environment=environment,
    )
    has_model = (folder / "run" / "model" / "headstart.json").exists()
    return {
        "set": run.set,
        "seconds": run.seconds,
        "hostile": run.is_hostile,
        "wall": round(cost.wall, 2),
        "over": round(cost.wall - run.seconds, 2),
        "cpu": round(cost.cpu, 1),
        "code": cost.code,
        "model": has_model,
        "hostile_trials": _hostile_trials(folder / "run"),
        "load": load,
        "kept": cost.wall <= run.latest and cost.code == 0 and has_model,
    }


def _hostile_trials(run: Path) -> int:
    """How many trials of misbehaving families the journal has: proof that they took part."""
    journal = run / "journal.jsonl"
    if not journal.exists():
        return 0
    entries = [json.loads(line[9:]) for line in journal.read_text().split("\n")[:-1]]
    return sum(
        entry.get("type") == "trial" and entry.get("family") in MISBEHAVING for entry in entries
    )


def _line(record: dict[str, Any]) -> str:
    return "  ".join(f"{name} {value}" for name, value in record.items())


if __name__ == "__main__":
    main()
