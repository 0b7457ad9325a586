"""`report` and `replay`: look at a run again, or ask its question again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from headstart.errors import AskError
from headstart.experiment import picture
from headstart.experiment.book import read_trials
from headstart.intake.sources import IN_MEMORY
from headstart.processes.libraries import versions
from headstart.records.verdict import verdict_from_plain
from headstart.reporting.findings import Findings, RowCounts, locked_from_plain
from headstart.reporting.page import page
from headstart.storage.folders import write_file
from headstart.verbs.budget import budget_of
from headstart.verbs.closing import curves_of
from headstart.verbs.fitting import fit
from headstart.verbs.opening import read_question, unpacking_place
from headstart.verbs.question import Asked, ask
from headstart.verbs.run import Run


def report(run: str | Path | Run) -> Path:
    """The run's page; where it is gone, or the run was cut off, a page of what the run kept.

    Raises:
        AskError: the folder is no run.
    """
    folder = run.folder if isinstance(run, Run) else Path(run)
    path = folder / "report.html"
    question = read_question(folder)
    if not path.is_file():
        write_file(path, page(_kept(folder, question)))
    return path


def replay(run: str | Path, *, out: str | Path | None = None, watch: Any = None) -> Run:
    """Ask the run's question again, in a new folder, with its budget and seed.

    Raises:
        AskError: the rows were in memory and nowhere else, or the run adjusted another one.
    """
    question = read_question(Path(run))
    if "adjusts" in question:
        raise AskError(
            f"`{run}` adjusted another run; it asked no question of its own.",
            f"Adjust that one again: {question['command']}",
        )
    if question["source"] == IN_MEMORY:
        raise _of_a_frame(run, "Write the rows into a file and fit from there.")
    budget = question["budget"]
    seconds = budget.get("seconds")
    return fit(
        question["source"],
        **question["options"],
        minutes=None if seconds is None else seconds / 60,
        steps=budget.get("steps"),
        seed=question["seed"],
        out=out,
        watch=watch,
    )


def _of_a_frame(run: str | Path, instead: str) -> AskError:
    return AskError(
        f"the run in `{run}` learned from a frame in memory, which it does not keep.",
        f"{instead} The run's report.html is as it was.",
    )


def asked_again(
    folder: Path, question: dict[str, Any], data: Any = None, place: Path | None = None
) -> Asked:
    """The source of a run, read and profiled again as its question says.

    Args:
        data: the rows, where they were in memory.
        place: the folder that archives are unpacked below; the run's own unless given.

    Raises:
        AskError: the rows were in memory and nowhere else.
    """
    if question["source"] == IN_MEMORY and data is None:
        raise _of_a_frame(
            folder,
            "Write the rows into a file and fit from there, or give them to adjust in Python: "
            "hs.adjust(run, data=frame).",
        )
    options = question["options"]
    names = ("target", "task", "metric", "positive", "split", "columns", "horizon")
    return ask(
        question["source"] if data is None else data,
        **{name: options.get(name) for name in names if name in options},
        place=unpacking_place(folder) if place is None else place,
    )


def refuse_other_rows(folder: Path, question: dict[str, Any], asked: Asked) -> None:
    """Rows that are not those of the run would be taken for them, by their numbers.

    Raises:
        AskError: they have changed, or the rows to judge on have.
    """
    if asked.fingerprint != question["fingerprint"]:
        raise AskError(
            f"`{asked.source}` is not what the run `{folder}` learned from: the rows have changed, "
            "so old and new answers could not be compared.",
            "Fit again, or bring the rows back as they were.",
        )
    known = question.get("test_fingerprint", "")
    if known and asked.test_fingerprint and asked.test_fingerprint != known:
        raise AskError(
            f"the rows to judge on are not those of the run `{folder}`: they have changed.",
            "Fit again, or bring them back as they were.",
        )


def ended(folder: Path) -> dict[str, Any] | None:
    """What `verdict.json` holds; None where there is none."""
    path = folder / "verdict.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def verdict_of(folder: Path) -> dict[str, Any]:
    """What `verdict.json` of a run holds.

    Raises:
        AskError: the run came to no verdict.
    """
    found = ended(folder)
    if found is None:
        raise AskError(
            f"the run in `{folder}` came to no verdict, so there is nothing to adjust.",
            "Call the same `headstart fit` with the same --out: it goes on where it was.",
        )
    return found


def _kept(folder: Path, question: dict[str, Any]) -> Findings:
    """What a run's journal can tell, and its verdict if it came to one."""
    asked = asked_again(folder, question)
    budget, trials = question["budget"], read_trials(folder)
    seconds, found = budget.get("seconds"), ended(folder)
    verdict = None if found is None else verdict_from_plain(found["verdict"])
    drawn = picture.curves_of(trials, asked.task)
    if verdict is not None and not verdict.curves:
        verdict = replace(verdict, curves=drawn)
    return Findings(
        run=str(folder),
        source=asked.source,
        task=asked.task,
        command=question["command"],
        budget=budget_of(None if seconds is None else seconds / 60, budget.get("steps")),
        seed=question["seed"],
        interrupted=found is None,
        verdict=verdict,
        test=None if found is None or found["test"] is None else locked_from_plain(found["test"]),
        start_curves=drawn,
        profile=asked.profile,
        trials=trials,
        curves=curves_of(trials),
        rows=RowCounts(**(found or {}).get("rows", _counted(asked))),
        versions=versions(),
    )


def _counted(asked: Asked) -> dict[str, int]:
    return {"rejected": asked.profile.rejected, "unlabelled": asked.profile.unlabelled}
