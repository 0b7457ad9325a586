"""Run the race beside everything, question by question; what is kept is skipped, so it can resume.

    python -m benchmarks.regret.run --set pima --part each      every candidate, to its end
    python -m benchmarks.regret.run --set pima --part race      a fifth of that time
    python -m benchmarks.regret.run --set letter --rows 1000 --part each --within 240
    python -m benchmarks.regret.run --part page                 read what is kept again

The budget of the race is derived from `each`, so it waits until every candidate has been tried.
"""

import argparse
import os

from benchmarks.exhaustive import budget_for, is_whole, name_of
from benchmarks.keeping import record_of
from benchmarks.regret import race
from benchmarks.regret.page import write_page
from benchmarks.regret.questions import Question
from benchmarks.regret.race import FEWEST_SECONDS, RESULTS, try_everything


def main() -> None:
    asked = _arguments()
    question = Question(set=asked.set, rows=asked.rows, split=asked.number)
    match asked.part:
        case "each":
            try_everything(question, threads=asked.threads, within=asked.within)
        case "race":
            _race(question, asked)
    page = write_page()
    if asked.part == "page":
        print(page.read_text())


def _race(question: Question, asked: argparse.Namespace) -> None:
    each = record_of(name_of(question.name), RESULTS)
    if each is None or not is_whole(each):
        print(f"  {question.name} waits for --part each", flush=True)
        return
    if record_of(race.name_of(question), RESULTS) and not asked.again:
        print(f"  {question.name} has been raced before", flush=True)
        return
    seconds = budget_for(each, fewest=FEWEST_SECONDS)
    record = race.race(question, seconds=seconds, threads=asked.threads)
    told = record.get("score", record.get("because"))
    cost = record["cost"]
    print(f"  {question.name} raced: {told} in {cost['wall']:.1f} s, {cost['cpu']:.1f} s CPU")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", choices=("each", "race", "page"), default="page")
    parser.add_argument("--set", default="pima")
    parser.add_argument("--rows", type=int, default=0, help="to learn from; 0: all")
    parser.add_argument("--number", type=int, default=0, help="of the split")
    parser.add_argument("--within", type=float, default=240.0, help="seconds to begin trials in")
    parser.add_argument("--again", action="store_true", help="race though it was raced before")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
