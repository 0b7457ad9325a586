"""The regret of the race as a page: the goals, every question, every candidate."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.exhaustive import is_whole, name_of, seconds_of
from benchmarks.keeping import record_of, rows_of
from benchmarks.regret.questions import Question
from benchmarks.regret.race import RESULTS
from benchmarks.regret.verdicts import Regret, questions, write_regrets
from benchmarks.tables.page import table
from benchmarks.ties import by_candidate, mean_score

_LEGEND = """\
Every candidate that `headstart advise` proposes is trained to its end on all training rows, on
several draws (seeds that all share), and scored on test rows that the race does not see before
its end. *Tied*: the best of all in hindsight is not surely ahead by more than the region of
practical equivalence (2 % of its error, 1 % of its RMSE; paired bootstrap over test rows, 95 %).
*Regret*: how far the chosen candidate, trained to its end, is behind the best, in points, or in
units of the RMSE. The race gets a fifth of the wall seconds that trying everything took; its
process needs some of them to begin. It takes the cheapest of those that it cannot tell apart."""


def write_page(results: Path = RESULTS) -> Path:
    """Judge what is kept, and write `regret.md` and `regret.json` beside it."""
    results.mkdir(parents=True, exist_ok=True)
    found = write_regrets(results)
    parts = ["# The race beside everything, on tables\n", _LEGEND, "", _goals(found)]
    parts += ["\n## Questions\n", _questions(found)]
    parts += ["\n## Every candidate\n", *_everything(results)]
    path = results / "regret.md"
    path.write_text("\n".join(parts).rstrip() + "\n")
    return path


def _goals(found: Sequence[Regret]) -> str:
    if not found:
        return "No question has been run by both sides yet."
    wall = [each.wall_ratio for each in found]
    cpu = [each.cpu_ratio for each in found]
    rows = [
        ["choice tied with the best", _share([each.is_tied for each in found]), ">= 80 %"],
        ["delivered model tied with it", _share([e.delivered_is_tied for e in found]), ""],
        ["wall seconds beside everything", f"{min(wall):.2f} to {max(wall):.2f}", "<= 0.20"],
        ["CPU seconds beside everything", f"{min(cpu):.2f} to {max(cpu):.2f}", ""],
    ]
    return table(["", "measured", "goal"], rows)


def _share(held: Sequence[bool]) -> str:
    return f"{sum(held)} of {len(held)}"


def _questions(found: Sequence[Regret]) -> str:
    rows = [
        [
            each.question,
            each.metric,
            f"{each.best} {each.best_score:.4g}",
            f"{len(each.tied)} of {each.candidates}",
            f"{each.chosen} ({each.confidence})",
            "yes" if each.is_tied else "**no**",
            _span(each.regret, each.metric),
            f"{each.region:.3g}",
            _span(each.delivered, each.metric),
            f"{each.seconds['race']:.0f} / {each.seconds['everything']:.0f}",
            f"{each.wall_ratio:.2f}",
            f"{each.cpu_ratio:.2f}",
        ]
        for each in found
    ]
    heads = ["question", "metric", "best of all", "tied", "chosen", "is tied", "regret", "region"]
    heads += ["regret of what was delivered", "wall s, of all", "wall ratio", "CPU ratio"]
    return table(heads, rows)


def _span(gap: tuple[float, float, float] | None, metric: str) -> str:
    """Points (hundredths) for shares, units for errors."""
    if gap is None:
        return "?"
    scale, digits = (1.0, ".4g") if metric == "rmse" else (100.0, ".2f")
    mean, low, high = (format(scale * value, digits) for value in gap)
    return f"{mean} [{low}, {high}]"


def _everything(results: Path) -> list[str]:
    parts = []
    for question in questions(results):
        parts += _candidates(question, results)
    return parts


def _candidates(question: Question, results: Path) -> list[str]:
    record = record_of(name_of(question.name), results)
    assert record is not None
    kept, told = rows_of(name_of(question.name), results), []
    truth = kept.pop("truth", None)
    rows = by_candidate(kept)
    for name in dict.fromkeys(key.rpartition("#")[0] for key in record["trials"]):
        runs = [t for k, t in record["trials"].items() if k.rpartition("#")[0] == name]
        score = runs[0]["because"]
        if name in rows:
            score = f"{mean_score(rows[name], record['metric'], truth):.5g}"
        seconds = sum(run["wall"] for run in runs) / len(runs)
        cpu = sum(run["cpu"] for run in runs) / len(runs)
        told.append([name, score, len(runs), f"{seconds:.2f}", f"{cpu:.2f}"])
    whole = "" if is_whole(record) else " (not all has been tried yet)"
    total = f"{seconds_of(record):.0f} s in all, {seconds_of(record, 'cpu'):.0f} s CPU"
    heads = ["candidate", record["metric"], "draws", "wall s", "CPU s"]
    return [f"### {question.name}: {total}{whole}\n", table(heads, told), ""]
