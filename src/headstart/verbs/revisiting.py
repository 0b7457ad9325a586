"""`report` and `replay`: look at a run again, or ask its question again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from headstart.experiment.book import read_trials
from headstart.reporting.findings import Findings, RowCounts
from headstart.reporting.page import page
from headstart.storage.folders import write_file
from headstart.verbs.budget import budget_of
from headstart.verbs.closing import curves_of
from headstart.verbs.fitting import fit
from headstart.verbs.opening import read_question, unpacking_place, versions
from headstart.verbs.question import ask
from headstart.verbs.run import Run


def report(run: str | Path | Run) -> Path:
    """The run's page; for a run that was cut off, a page of what its journal holds.

    Raises:
        AskError: the folder is no run.
    """
    folder = run.folder if isinstance(run, Run) else Path(run)
    path = folder / "report.html"
    question = read_question(folder)
    if not path.is_file():
        write_file(path, page(_unfinished(folder, question)))
    return path


def replay(run: str | Path, *, out: str | Path | None = None, watch: Any = None) -> Run:
    """Ask the run's question again, in a new folder, with its budget and seed."""
    question = read_question(Path(run))
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


def _unfinished(folder: Path, question: dict[str, Any]) -> Findings:
    """What the journal of a run without a verdict can tell."""
    options = question["options"]
    names = ("target", "task", "metric", "positive", "split", "columns", "horizon")
    asked = ask(
        question["source"],
        **{name: options.get(name) for name in names if name in options},
        place=unpacking_place(folder),
    )
    budget, trials = question["budget"], read_trials(folder)
    seconds = budget.get("seconds")
    return Findings(
        run=str(folder),
        source=asked.source,
        task=asked.task,
        command=question["command"],
        budget=budget_of(None if seconds is None else seconds / 60, budget.get("steps")),
        seed=question["seed"],
        interrupted=True,
        profile=asked.profile,
        trials=trials,
        curves=curves_of(trials),
        rows=RowCounts(rejected=asked.profile.rejected, unlabelled=asked.profile.unlabelled),
        versions=versions(),
    )
