"""Run the comparison, one cell at a time; finished cells are skipped, so it can be resumed.

    python -m benchmarks.tables.run              the whole protocol: 60 s, 12 sets, 3 splits;
                                                 then 300 s, 4 sets, 1 split; then what is
                                                 told beside it, on one split
    python -m benchmarks.tables.run --slice      a minute: one small set, Headstart and scikit-learn
    python -m benchmarks.tables.run --seconds 60 --sets adult,ames --systems headstart,flaml

The order is the one in which an interrupted run tells most: the first split of every set for all
systems, then the second splits, and the long budgets last.
"""

import argparse
import os
import sys
from typing import Any

from benchmarks.compare import write_comparison
from benchmarks.environments import HERE, SetUpFailed
from benchmarks.sets import find
from benchmarks.tables.cell import RESULTS, SYSTEMS, Cell, has_failed, is_finished, run_cell

SLICE = HERE / "cache" / "slice"
COMPARED = tuple(name for name, system in SYSTEMS.items() if not system.beside)


def main() -> None:
    asked = _arguments()
    results = SLICE if asked.slice else RESULTS
    cells = _cells(asked)
    left = [cell for cell in cells if asked.slice or _is_wanted(cell, asked.again)]
    print(f"{len(cells)} cells, {len(cells) - len(left)} finished before", flush=True)
    failed = 0
    for number, cell in enumerate(left, start=1):
        try:
            record = run_cell(cell, threads=asked.threads, results=results)
        except SetUpFailed as problem:
            print(f"  skipped {cell.name}: {problem}", file=sys.stderr)
            continue
        failed += record["status"] == "failed"
        print(f"{number:4d}/{len(left)}  {_line(cell, record)}", flush=True)
    print(write_comparison(results).read_text())
    if asked.slice and failed:
        sys.exit(1)


def order(sets: list[str], splits: int, systems: list[str], seconds: int) -> list[Cell]:
    """Cells so that any beginning of the list is a comparison: splits outermost, systems innermost.

    >>> [cell.name for cell in order(["a"], 2, ["x", "y"], 60)]
    ['a-60s-0-x', 'a-60s-0-y', 'a-60s-1-x', 'a-60s-1-y']
    """
    return [
        Cell(system=system, set=name, split=split, seconds=seconds)
        for split in range(splits)
        for name in sets
        for system in systems
    ]


def _cells(asked: argparse.Namespace) -> list[Cell]:
    systems = asked.systems.split(",") if asked.systems else list(COMPARED)
    if asked.slice:
        return order(["concrete"], 1, ["headstart", "sklearn"], 15)
    if asked.seconds:
        names = [one.name for one in find(asked.sets)]
        return order(names, asked.splits, systems, asked.seconds)
    core, long = ([one.name for one in find(name)] for name in ("core", "long"))
    beside = order(core, 1, ["headstart_single"], 60) + order(long, 1, ["autogluon_best"], 300)
    compared = order(core, 3, systems, 60) + order(long, 1, systems, 300)
    return compared if asked.systems else compared + beside


def _is_wanted(cell: Cell, again: str) -> bool:
    """Cells that never ran; those of the system `again`, or those that `failed`, run once more."""
    return not is_finished(cell) or cell.system == again or (again == "failed" and has_failed(cell))


def _line(cell: Cell, record: dict[str, Any]) -> str:
    cost = record["cost"]
    spent = f"{cost['wall']:6.1f} s wall {cost['cpu']:6.1f} s CPU {cost['peak_mb']:5.0f} MB"
    if record["status"] == "failed":
        return f"{cell.name:32s} {spent}  failed: {record['because'].splitlines()[-1:]}"
    model = record["answer"]["details"]["model"]
    return f"{cell.name:32s} {spent}  {record['metric']} {record['score']:.5f}  {model}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--slice", action="store_true", help="about one minute, for CI")
    parser.add_argument("--seconds", type=int, help="budget of one cell; needs --sets")
    parser.add_argument("--sets", default="core", help="names, or core, long, all")
    parser.add_argument("--splits", type=int, default=1)
    parser.add_argument("--systems", "--peers", default="", help="; ".join(SYSTEMS))
    parser.add_argument("--again", default="", help="a system, or `failed`: these cells run anew")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
