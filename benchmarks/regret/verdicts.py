"""What the race chose beside all that could be chosen, question by question, and at what cost."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.exhaustive import is_whole, name_of, seconds_of
from benchmarks.keeping import record_of, rows_of
from benchmarks.regret import race
from benchmarks.regret.questions import Question
from benchmarks.regret.race import RESULTS
from benchmarks.ties import best, by_candidate, interval, mean_score, tied

Gap = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regret:
    """One question: what was best, what was chosen, and what the choice costs.

    Attributes:
        tied: the best and all that it is not surely ahead of by more than the region.
        regret: the best's advantage over the chosen candidate, both trained to their end on all
            training rows, in units of the metric, with its 95 % interval over test rows; None where
            the chosen one could not be trained so.
        delivered: the best's advantage over the very model that was delivered.
        seconds: wall seconds of everything, of one draw of everything, and of the race.
    """

    question: str
    set: str
    rows: int
    test_rows: int
    metric: str
    region: float
    best: str
    best_score: float
    tied: tuple[str, ...]
    candidates: int
    chosen: str
    confidence: str
    regret: Gap | None
    is_tied: bool
    delivered: Gap
    delivered_is_tied: bool
    seconds: dict[str, float]
    wall_ratio: float
    cpu_ratio: float
    load: float


def regret_of(question: Question, results: Path = RESULTS) -> Regret | None:
    """The question's result, where both sides have been run; else None."""
    each = record_of(name_of(question.name), results)
    mine = record_of(race.name_of(question), results)
    if not each or not is_whole(each) or not mine or mine["status"] != "finished":
        return None
    kept = rows_of(name_of(question.name), results)
    how = {"metric": each["metric"], "truth": kept.pop("truth", None)}
    rows, delivered = by_candidate(kept), rows_of(race.name_of(question), results)["value"]
    top, chosen = best(rows, **how), mine["answer"]["details"]["model"]
    region = _region(each, rows, top, how)
    group = tied(rows, region=region, **how)
    behind = interval(rows[top], rows[chosen], **how) if chosen in rows else None
    gap = interval(rows[top], delivered, **how)
    cost = mine["cost"]
    return Regret(
        question=question.name,
        set=question.set,
        rows=question.rows,
        test_rows=len(delivered),
        metric=each["metric"],
        region=region,
        best=top,
        best_score=mean_score(rows[top], **how),
        tied=group,
        candidates=len(each["candidates"]),
        chosen=chosen,
        confidence=mine["answer"]["details"]["confidence"],
        regret=behind,
        is_tied=chosen in group,
        delivered=gap,
        delivered_is_tied=gap[1] <= region,
        seconds={
            "everything": seconds_of(each),
            "one draw": seconds_of(each, draws=1),
            "race": cost["wall"],
        },
        wall_ratio=cost["wall"] / seconds_of(each),
        cpu_ratio=cost["cpu"] / seconds_of(each, "cpu"),
        load=max(mine["machine"]["load"], *(t["load"] for t in each["trials"].values())),
    )


def _region(each: dict, rows: dict[str, np.ndarray], top: str, how: dict) -> float:
    """The region of practical equivalence, as the verdict takes it around the best score."""
    from headstart.evaluation.region import region_of
    from headstart.metrics import metric

    scores = [mean_score(one, **how) for one in rows.values()]
    worst = min(scores) if metric(each["metric"]).direction == "up" else max(scores)
    return region_of(metric(each["metric"]), mean_score(rows[top], **how), worst)


def questions(results: Path = RESULTS) -> list[Question]:
    """All questions of which something is kept: by set, then by number of rows."""
    found = set()
    for path in results.glob("*-each.json"):
        record = json.loads(path.read_text())
        found.add(Question(**{name: record[name] for name in ("set", "rows", "split")}))
    return sorted(found, key=lambda each: (each.set, each.rows or 10**9, each.split))


def write_regrets(results: Path = RESULTS) -> list[Regret]:
    """All results, also as `regret.json` in the folder of results."""
    found = [regret_of(each, results) for each in questions(results)]
    told = [regret for regret in found if regret is not None]
    text = json.dumps([asdict(regret) for regret in told], indent=1)
    (results / "regret.json").write_text(text + "\n")
    return told
