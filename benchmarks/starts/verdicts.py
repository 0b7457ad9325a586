"""What Headstart chose beside all that could be chosen, question by question, and at what cost."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.exhaustive import is_whole, seconds_of
from benchmarks.keeping import rows_of
from benchmarks.starts.cell import RESULTS, SYSTEMS, outcomes_of, record_of
from benchmarks.starts.exhaustive import name_of
from benchmarks.starts.material import Question
from benchmarks.ties import best, by_candidate, interval, tied


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One question: what was best, what was chosen, whether the two can be told apart.

    `behind` is the best's advantage over the chosen candidate, as it was trained to its end on all
    training rows, with its 95 % interval over test rows; `delivered_behind` over the model that
    Headstart delivered. Ratios are of Headstart's seconds to those of trying everything.
    """

    question: str
    best: str
    best_score: float
    tied: tuple[str, ...]
    chosen: str
    confidence: str
    chosen_score: float | None
    behind: tuple[float, float, float] | None
    is_tied: bool
    delivered_score: float
    delivered_behind: tuple[float, float, float]
    delivered_is_tied: bool
    seconds: dict[str, float]
    wall_ratio: float
    cpu_ratio: float


def choice_of(question: Question, results: Path = RESULTS) -> Choice | None:
    """The question's verdict, where all of it has been run; else None."""
    each = record_of(name_of(question), results)
    mine = record_of(f"{question.name}-headstart", results)
    if not each or not is_whole(each) or not mine or mine["status"] != "finished":
        return None
    rows = everything_of(question, results)
    top, chosen = best(rows), mine["answer"]["details"]["winner"]
    delivered = outcomes_of(f"{question.name}-headstart", results)
    gap = interval(rows[top], delivered)
    group = tied(rows)
    cost, everything = mine["cost"], {c: seconds_of(each, c) for c in ("wall", "cpu")}
    return Choice(
        question=question.name,
        best=top,
        best_score=float(rows[top].mean()),
        tied=group,
        chosen=chosen,
        confidence=mine["answer"]["details"]["confidence"],
        chosen_score=float(rows[chosen].mean()) if chosen in rows else None,
        behind=interval(rows[top], rows[chosen]) if chosen in rows else None,
        is_tied=chosen in group,
        delivered_score=mine["score"],
        delivered_behind=gap,
        delivered_is_tied=gap[1] <= 0,
        seconds={"everything": everything["wall"], "headstart": cost["wall"]},
        wall_ratio=cost["wall"] / everything["wall"],
        cpu_ratio=cost["cpu"] / everything["cpu"],
    )


def everything_of(question: Question, results: Path = RESULTS) -> dict[str, np.ndarray]:
    """Outcomes of every candidate that could be trained, by seed and row."""
    return by_candidate(rows_of(name_of(question), results))


def peers_of(question: Question, results: Path = RESULTS) -> dict[str, dict[str, Any]]:
    """The kept records of every system on one question."""
    found = {name: record_of(f"{question.name}-{name}", results) for name in SYSTEMS}
    return {name: record for name, record in found.items() if record}


def questions(results: Path = RESULTS) -> list[Question]:
    """All questions of which something is kept: by set, then by number of labels."""
    found = set()
    for path in results.glob("*.json"):
        record = json.loads(path.read_text())
        if isinstance(record, dict) and {"set", "labels", "split"} <= set(record):
            fields = {name: record[name] for name in ("set", "labels", "split")}
            found.add(Question(**fields))
    return sorted(found, key=lambda each: (each.set, each.labels or 10**9, each.split))


def write_choices(results: Path = RESULTS) -> list[Choice]:
    """All verdicts, also as `choices.json` in the folder of results."""
    found = [choice_of(each, results) for each in questions(results)]
    told = [choice for choice in found if choice is not None]
    text = json.dumps([asdict(choice) for choice in told], indent=1)
    (results / "choices.json").write_text(text + "\n")
    return told
