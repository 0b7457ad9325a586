"""The reference picture: accuracy against the number of labels for three starts, on reviews.

    python -m benchmarks.starts.picture              plain scripts, then `headstart fit`, 30 minutes
    python -m benchmarks.starts.picture --systems tfidf,frozen,trainer      the scripts alone

The plain scripts are trained at each number of labels and scored on the test rows. Headstart is run
once, on all 4,000 labels; its learning curves are the trials of its rungs, scored on its own
validation rows, and nobody has told it which starts are asked about. Between two numbers of labels
the scripts' curve is a straight line over the logarithm.
"""

import argparse
import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.starts.cell import RESULTS, Cell, record_of, run_cell
from benchmarks.starts.material import Question
from benchmarks.tables.page import table

SET = "reviews"
LABELS = (64, 128, 256, 512, 1_000, 2_000, 4_000)
SECONDS = 1_800
NEAR = 0.02
CURVES = {
    "tfidf": "counting words",
    "frozen": "a head on the frozen encoder",
    "trainer": "fine-tuned, all layers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One rung of Headstart's race beside the plain script's curve at as many rows."""

    curve: str
    rows: int
    draws: int
    headstart: float
    plain: float
    is_near: bool


def curve_of(trial: Mapping[str, Any]) -> str:
    """Which of the three curves a finished trial belongs to; empty for all others.

    >>> curve_of({"candidate": "text_encoder.minilm_l6.tune", "start": "FineTune"})
    'trainer'
    """
    stem, _, kind = str(trial["candidate"]).rpartition(".")
    if trial["candidate"] == "text_linear":
        return "tfidf"
    if stem.startswith("text_encoder."):
        return {"probe": "frozen", "tune": "trainer"}.get(kind, "")
    return ""


def between(curve: Mapping[int, float], rows: int) -> float | None:
    """The curve at so many rows, linear in their logarithm; None outside of its ends.

    >>> between({100: 0.5, 10_000: 0.7}, 1_000)
    0.6
    """
    below = [each for each in curve if each <= rows]
    above = [each for each in curve if each >= rows]
    if not below or not above:
        return None
    low, high = max(below), min(above)
    share = math.log(rows / low) / math.log(high / low) if high > low else 0.0
    return round(curve[low] + share * (curve[high] - curve[low]), 6)


def rungs(trials: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], list[float]]:
    """Scores of each curve at each number of rows, one for each draw."""
    found: dict[tuple[str, int], list[float]] = {}
    for trial in trials:
        name = curve_of(trial)
        if name and trial["status"] == "finished" and trial["draw"] is not None:
            found.setdefault((name, trial["rows"]), []).append(trial["score"])
    return found


def points(
    trials: Iterable[Mapping[str, Any]], curves: Mapping[str, Mapping[int, float]]
) -> list[Point]:
    """Every rung of the race that the plain scripts reach."""
    told = []
    for (name, rows), scores in sorted(rungs(trials).items()):
        plain = between(curves.get(name, {}), rows)
        if plain is not None:
            mean = sum(scores) / len(scores)
            near = abs(mean - plain) <= NEAR
            told.append(
                Point(
                    curve=name,
                    rows=rows,
                    draws=len(scores),
                    headstart=mean,
                    plain=plain,
                    is_near=near,
                )
            )
    return told


def question(labels: int) -> Question:
    """The rows of one point of the scripts' curves."""
    return Question(set=SET, labels=labels)


def plain_curves(results: Path) -> dict[str, dict[int, float]]:
    """Accuracy on the test rows, by system and number of labels, as far as it was run."""
    found: dict[str, dict[int, float]] = {}
    for name in CURVES:
        for labels in LABELS:
            record = record_of(f"{question(labels).name}-{name}", results)
            if record and record["status"] == "finished":
                found.setdefault(name, {})[labels] = record["score"]
    return found


def page(
    curves: Mapping[str, Mapping[int, float]], record: Mapping[str, Any] | None, results: Path
) -> tuple[str, list[Point]]:
    """The picture as Markdown, and Headstart's rungs beside it."""
    parts = ["# The reference picture: reviews\n", _LEGEND, "\n## Plain scripts, test rows\n"]
    rows = []
    for labels in LABELS:
        cells = [_told(f"{question(labels).name}-{name}", results) for name in CURVES]
        rows.append([f"{labels:,}", *cells])
    parts.append(table(["labels", *(f"{CURVES[name]}: accuracy, s" for name in CURVES)], rows))
    if record is None or record["status"] != "finished":
        return "\n".join([*parts, "", "Headstart has not been run yet."]) + "\n", []
    found = points(record["answer"]["details"]["trials"], curves)
    parts += [_heading(record, found), _rungs(found), "\n## Where starts cross\n"]
    parts.append(_crossovers(record["answer"]["details"]["crossovers"]))
    return "\n".join(parts) + "\n", found


_LEGEND = """\
Food reviews, great or other, 4,000 to learn from and 1,000 to judge. The scripts are trained anew
at each number of labels. Headstart gets all labels and a budget, and finds its own curves; a rung
is scored on about 800 validation rows, so that two honest curves differ by 0.014 now and then."""


def _heading(record: Mapping[str, Any], found: Sequence[Point]) -> str:
    near = sum(each.is_near for each in found)
    details = record["answer"]["details"]
    return (
        f"\n## Headstart's own curves, {record['seconds']} s\n\n"
        f"{near} of {len(found)} rungs within {NEAR} of the scripts. Chosen: {details['winner']}, "
        f"{record['score']:.3f} on the test rows, in {record['cost']['wall']:.0f} s wall, "
        f"{record['cost']['cpu']:.0f} s CPU.\n"
    )


def _rungs(found: Sequence[Point]) -> str:
    rows = [
        [
            CURVES[each.curve],
            f"{each.rows:,}",
            each.draws,
            f"{each.headstart:.3f}",
            f"{each.plain:.3f}",
            f"{each.headstart - each.plain:+.3f}" + ("" if each.is_near else " **far**"),
        ]
        for each in found
    ]
    return table(["start", "rows", "draws", "Headstart", "script", "difference"], rows)


def _crossovers(found: Sequence[Mapping[str, Any]]) -> str:
    if not found:
        return "None was told."
    rows = [
        [" and ".join(each["between"]), each["labels"], each["interval"], each["because"]]
        for each in found
    ]
    return table(["between", "labels", "interval", "because"], rows)


def _told(name: str, results: Path) -> str:
    record = record_of(name, results)
    if record is None:
        return "-"
    if record["status"] != "finished":
        return "failed"
    return f"{record['score']:.3f}, {record['answer']['fit']['wall']:.0f} s"


def write_picture(results: Path = RESULTS) -> Path:
    """Compare what is kept; `picture.md` and `picture.json` in the folder of results."""
    curves = plain_curves(results)
    record = record_of(f"{question(LABELS[-1]).name}-headstart", results)
    text, found = page(curves, record, results)
    told = {"curves": curves, "rungs": [asdict(each) for each in found]}
    (results / "picture.json").write_text(json.dumps(told, indent=1) + "\n")
    path = results / "picture.md"
    path.write_text(text)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--systems", default=",".join([*CURVES, "headstart"]))
    parser.add_argument("--again", default="", help="a system whose cells run anew")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    for system in asked.systems.split(","):
        own = system == "headstart"
        for labels in LABELS[-1:] if own else LABELS:
            cell = Cell(system=system, question=question(labels), seconds=SECONDS if own else 0)
            if record_of(cell.name) is None or asked.again == system:
                record = run_cell(cell, threads=asked.threads)
                told = record.get("score", record.get("because"))
                print(f"  {cell.name}: {told} in {record['cost']['wall']:.0f} s", flush=True)
    print(write_picture().read_text())


if __name__ == "__main__":
    main()
