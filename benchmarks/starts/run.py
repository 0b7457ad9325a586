"""Run the comparison of starts, one cell at a time; what is finished is skipped, so it can resume.

    python -m benchmarks.starts.run --parts each --sets reviews,sentences
    python -m benchmarks.starts.run --parts peers --sets reviews --labels 16,64
    python -m benchmarks.starts.run --parts headstart        a fifth of the time that `each` took
    python -m benchmarks.starts.run --parts page             read what is kept again
    python -m benchmarks.starts.run --slice                  a minute: one small question

`each` trains every candidate to its end and takes hours. Headstart's budget is derived from it, so
its cells wait until `each` is whole for their question.
"""

import argparse
import os
import sys
from pathlib import Path

from benchmarks.environments import HERE, SetUpFailed
from benchmarks.exhaustive import budget_for, is_whole
from benchmarks.starts import exhaustive
from benchmarks.starts.cell import RESULTS, SYSTEMS, Cell, record_of, run_cell
from benchmarks.starts.material import Question
from benchmarks.starts.page import write_page
from benchmarks.starts.sets import LABELS

SLICE = HERE / "cache" / "slice-starts"
SLICE_SECONDS = 30
PEERS = tuple(name for name in SYSTEMS if name != "headstart")


def main() -> None:
    asked = _arguments()
    if asked.slice:
        sys.exit(_slice(asked.threads))
    for question in order(asked.sets.split(","), asked.labels, asked.splits):
        for part in asked.parts.split(","):
            try:
                _run(part, question, asked)
            except SetUpFailed as problem:
                print(f"  skipped {part} of {question.name}: {problem}", file=sys.stderr)
    print(write_page().read_text())


def order(sets: list[str], labels: list[int], splits: int) -> list[Question]:
    """Few labels first, because they are soon done.

    >>> [each.name for each in order(["a", "b"], [16, 64], 1)]
    ['a-16-0', 'b-16-0', 'a-64-0', 'b-64-0']
    """
    return [
        Question(set=name, labels=count, split=split)
        for split in range(splits)
        for count in labels
        for name in sets
    ]


def _run(part: str, question: Question, asked: argparse.Namespace) -> None:
    match part:
        case "each":
            exhaustive.run_question(question, threads=asked.threads)
        case "headstart":
            kept = record_of(exhaustive.name_of(question))
            if kept is None or not is_whole(kept):
                print(f"  {question.name} waits for --parts each", flush=True)
                return
            seconds = budget_for(kept, asked.clock)
            _cell(Cell(system="headstart", question=question, seconds=seconds), asked)
        case "peers":
            for system in asked.systems.split(","):
                _cell(Cell(system=system, question=question), asked)


def _cell(cell: Cell, asked: argparse.Namespace, results: Path = RESULTS) -> bool:
    """Run a cell that is not kept, or that is asked for again; whether it gave an answer."""
    kept = record_of(cell.name, results)
    again = asked.again in (cell.system, "failed") and asked.again
    if kept and not (again == cell.system or (again and kept["status"] == "failed")):
        return True
    record = run_cell(cell, threads=asked.threads, results=results)
    spent = f"{record['cost']['wall']:6.1f} s wall {record['cost']['cpu']:6.1f} s CPU"
    told = record.get("score", record.get("because"))
    print(f"  {cell.name:28s} {spent}  {record['status']}: {told}", flush=True)
    return bool(record["status"] == "finished")


def _slice(threads: int) -> int:
    """Counting words and Headstart on 64 reviews; 1 where one of them gave no answer."""
    asked = argparse.Namespace(again="", threads=threads)
    question = Question(set="reviews", labels=64)
    for path in SLICE.glob("*.json"):
        path.unlink()
    cells = [
        Cell(system="tfidf", question=question),
        Cell(system="headstart", question=question, seconds=SLICE_SECONDS),
    ]
    answered = [_cell(cell, asked, SLICE) for cell in cells]
    return 0 if all(answered) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--slice", action="store_true", help="about one minute, for CI")
    parser.add_argument("--parts", default="each,headstart,peers")
    parser.add_argument("--sets", default="reviews,sentences")
    parser.add_argument("--labels", type=_counts, default=list(LABELS), help="0 means all")
    parser.add_argument("--splits", type=int, default=1)
    parser.add_argument("--systems", default=",".join(PEERS))
    parser.add_argument(
        "--clock", choices=("wall", "cpu"), default="wall", help="of what the budget is a fifth"
    )
    parser.add_argument("--again", default="", help="a system, or `failed`: these cells run anew")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _counts(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


if __name__ == "__main__":
    main()
