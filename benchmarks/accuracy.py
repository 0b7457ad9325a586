"""Two well-known tables, five minutes each: is Headstart where good practice is?

    python -m benchmarks.accuracy              3 seeds; half an hour; finished ones are skipped

California housing: RMSE on a fifth of the rows, at most 0.43. Adult: accuracy on a third of the
rows, at least 0.872. Both are means over the seeds. Cells are kept in `results/accuracy/`.
"""

import argparse
import os
from dataclasses import dataclass
from typing import Any

from benchmarks.environments import HERE
from benchmarks.tables.cell import Cell, is_finished, run_cell
from benchmarks.tables.kept import read_cells
from benchmarks.tables.page import table

RESULTS = HERE / "results" / "accuracy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A set, the share of its rows that is tested on, and the score to reach."""

    set: str
    share: float
    score: float
    direction: str


GOALS = (
    Goal(set="california", share=1 / 5, score=0.43, direction="down"),
    Goal(set="adult", share=1 / 3, score=0.872, direction="up"),
)


def main() -> None:
    asked = _arguments()
    for seed in range(asked.seeds):
        for goal in GOALS:
            cell = Cell(
                system="headstart",
                set=goal.set,
                split=seed,
                seconds=asked.seconds,
                share=goal.share,
            )
            if not is_finished(cell, RESULTS):
                record = run_cell(cell, threads=asked.threads, results=RESULTS)
                print(f"{cell.name}: {record.get('score', record.get('because'))}", flush=True)
    page = report(asked.seconds)
    (RESULTS / "accuracy.md").write_text(page + "\n")
    print(page)


def report(seconds: int) -> str:
    """Each goal with the mean over its seeds, every score, and what it cost."""
    cells = read_cells(RESULTS)
    rows = []
    for goal in GOALS:
        told = [
            record
            for key, record in cells.records.items()
            if key[:2] == (seconds, goal.set) and record["status"] == "finished"
        ]
        if told:
            rows.append(_row(goal, told))
    heads = ["set", "seconds", "mean", "goal", "reached", "scores", "models", "CPU s", "load"]
    return table(heads, rows)


def _row(goal: Goal, told: list[dict[str, Any]]) -> list[object]:
    scores = [record["score"] for record in told]
    mean = sum(scores) / len(scores)
    reached = mean <= goal.score if goal.direction == "down" else mean >= goal.score
    return [
        goal.set,
        told[0]["seconds"],
        f"{mean:.4f}",
        goal.score,
        "yes" if reached else "no",
        " ".join(f"{score:.4f}" for score in scores),
        " ".join(record["answer"]["details"]["family"] for record in told),
        " ".join(f"{record['cost']['cpu']:.0f}" for record in told),
        " ".join(f"{record['machine']['load']:.1f}" for record in told),
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
