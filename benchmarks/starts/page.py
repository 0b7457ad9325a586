"""The comparison of starts as a page: what was chosen, every candidate's score, the peers."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.exhaustive import is_whole, seconds_of
from benchmarks.starts.cell import RESULTS, SYSTEMS, record_of
from benchmarks.starts.exhaustive import name_of
from benchmarks.starts.material import Question
from benchmarks.starts.verdicts import (
    Choice,
    everything_of,
    peers_of,
    questions,
    write_choices,
)
from benchmarks.tables.page import table
from benchmarks.ties import tied

_LEGEND = """\
Accuracy on the same test rows, the same training rows and the same encoder for all systems. A
candidate is *within the tie group* if the paired 95 % interval of its difference from the best one
holds zero; *best* is the best on the test rows, in hindsight, of all that were trained to their end
on all training rows. Seconds of trying everything hold fits, predictions and vectors, with the
libraries loaded once; Headstart's are of its whole process."""


def write_page(results: Path = RESULTS) -> Path:
    """Judge what is kept, and write `starts.md` and `choices.json` beside it."""
    choices = write_choices(results)
    asked = questions(results)
    parts = ["# Starts: what Headstart chooses, beside everything\n", _LEGEND, "", _goals(choices)]
    parts += ["\n## What was chosen\n", _choices(choices)]
    parts += ["\n## Peers\n", _peers(asked, results)]
    parts += ["\n## Every candidate\n", *_everything(asked, results)]
    path = results / "starts.md"
    path.write_text("\n".join(parts).rstrip() + "\n")
    return path


def _goals(choices: Sequence[Choice]) -> str:
    if not choices:
        return "No question has been run by all yet."
    chosen = sum(each.is_tied for each in choices)
    delivered = sum(each.delivered_is_tied for each in choices)
    wall = sorted(each.wall_ratio for each in choices)
    cpu = sorted(each.cpu_ratio for each in choices)
    rows = [
        ["choice within the tie group", f"{chosen} of {len(choices)}", ">= 80 %"],
        ["delivered model within the tie group", f"{delivered} of {len(choices)}", ""],
        ["wall seconds beside trying everything", f"{wall[0]:.2f} to {wall[-1]:.2f}", "<= 0.20"],
        ["CPU seconds beside trying everything", f"{cpu[0]:.2f} to {cpu[-1]:.2f}", ""],
    ]
    return table(["", "measured", "goal"], rows)


def _choices(choices: Sequence[Choice]) -> str:
    rows = [
        [
            each.question,
            f"{each.best} {each.best_score:.3f}",
            len(each.tied),
            f"{each.chosen} {_score(each.chosen_score)} ({each.confidence})",
            "yes" if each.is_tied else "**no** " + _span(each.behind),
            f"{each.delivered_score:.3f}"
            + ("" if each.delivered_is_tied else " behind " + _span(each.delivered_behind)),
            f"{each.seconds['headstart']:.0f} / {each.seconds['everything']:.0f}",
            f"{each.wall_ratio:.2f}",
            f"{each.cpu_ratio:.2f}",
        ]
        for each in choices
    ]
    heads = ["question", "best of all", "tied with it", "chosen", "chosen is tied", "delivered"]
    return table([*heads, "wall s, of all", "wall ratio", "CPU ratio"], rows)


def _peers(asked: Sequence[Question], results: Path) -> str:
    rows = []
    for question in asked:
        records = peers_of(question, results)
        if records:
            rows.append([question.name, *(_told(records.get(name)) for name in SYSTEMS)])
    return table(["question", *(f"{name}: accuracy, wall s, CPU s" for name in SYSTEMS)], rows)


def _told(record: dict | None) -> str:
    if record is None:
        return "-"
    cost = f"{record['cost']['wall']:.0f} s, {record['cost']['cpu']:.0f} s"
    return f"{record['score']:.3f}, {cost}" if record["status"] == "finished" else "failed"


def _everything(asked: Sequence[Question], results: Path) -> list[str]:
    parts = []
    for question in asked:
        record = record_of(name_of(question), results)
        if not record:
            continue
        rows, told = everything_of(question, results), []
        group = tied(rows) if rows else ()
        for name in dict.fromkeys(key.rpartition("#")[0] for key in record["trials"]):
            runs = [t for k, t in record["trials"].items() if k.rpartition("#")[0] == name]
            score = f"{rows[name].mean():.3f}" if name in rows else runs[0]["because"]
            seconds = sum(run["wall"] for run in runs) / len(runs)
            cpu = sum(run["cpu"] for run in runs) / len(runs)
            mark = "yes" if name in group else ""
            told.append([name, score, mark, len(runs), f"{seconds:.1f}", f"{cpu:.1f}"])
        whole = "" if is_whole(record) else " (not all has been tried yet)"
        total = f"{seconds_of(record):.0f} s in all, {seconds_of(record, 'cpu'):.0f} s CPU"
        heads = ["candidate", "accuracy", "tied with the best", "seeds", "wall s", "CPU s"]
        parts += [f"### {question.name}: {total}{whole}\n", table(heads, told), ""]
    return parts


def _score(value: float | None) -> str:
    return "?" if value is None else f"{value:.3f}"


def _span(found: tuple[float, float, float] | None) -> str:
    return "" if found is None else f"{found[0]:.3f} [{found[1]:.3f}, {found[2]:.3f}]"
