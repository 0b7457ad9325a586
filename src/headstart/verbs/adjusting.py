"""`adjust`: what limits a run's result, with the evidence, and the next steps in order of gain.

With `apply` the steps that are candidates are tried against the delivered model (`applying`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np

from headstart import delivery, metrics
from headstart.delivery.combining import stack
from headstart.delivery.folders import read_manifest
from headstart.errors import AskError
from headstart.evaluation import Outcome, score_samples
from headstart.evaluation.diagnosis import diagnose
from headstart.evaluation.symptoms import Symptoms
from headstart.experiment import forecasts
from headstart.experiment.book import read_trials
from headstart.experiment.challenge.payoffs import payoffs
from headstart.experiment.left_below import read_stayed
from headstart.experiment.material import truth_of
from headstart.features.targets import target_numbers
from headstart.records import Probabilities, Table, Task, Trial, Verdict
from headstart.records.diagnosis import Diagnosis, Suspect
from headstart.records.verdict import verdict_from_plain
from headstart.reporting.live import Live
from headstart.verbs.applied import Applied
from headstart.verbs.budget import budget_of, process_start
from headstart.verbs.doubting import never_at_full_size
from headstart.verbs.next_steps import blind_spots, doubtful_labels, shares_of
from headstart.verbs.opening import read_question
from headstart.verbs.question import Asked
from headstart.verbs.revisiting import asked_again, ended, refuse_other_rows
from headstart.verbs.run import Run

_MOST_ROWS_LEARNED = 1_000
_BLEND = "blend"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Unseen:
    """What models that did not learn from them said of rows: positions and answers per draw."""

    trial: Trial
    rows: np.ndarray
    outcome: Outcome


@overload
def adjust(
    run: str | Path | Run,
    *,
    apply: Literal[False] = False,
    data: Any = None,
    test: Any = None,
    minutes: float | None = None,
    steps: float | None = None,
    only: Sequence[str] = (),
    out: str | Path | None = None,
    watch: Live | None = None,
) -> Diagnosis: ...
@overload
def adjust(
    run: str | Path | Run,
    *,
    apply: Literal[True],
    data: Any = None,
    test: Any = None,
    minutes: float | None = None,
    steps: float | None = None,
    only: Sequence[str] = (),
    out: str | Path | None = None,
    watch: Live | None = None,
) -> Applied: ...


def adjust(
    run: str | Path | Run,
    *,
    apply: bool = False,
    data: Any = None,
    test: Any = None,
    minutes: float | None = None,
    steps: float | None = None,
    only: Sequence[str] = (),
    out: str | Path | None = None,
    watch: Live | None = None,
) -> Diagnosis | Applied:
    """Findings with their evidence, next steps by expected gain, labels to look at.

    Without `apply` nothing is trained; the run is not changed in either case.

    Args:
        apply: try the steps that are candidates; who is measurably better than the delivered model
            on paired draws replaces it in a new run.
        data, test: the rows of a run on frames in memory, which it does not keep, and those that
            it was judged on.
        minutes, steps: the budget of `apply`; 5 minutes unless given.
        only: names of the actions to try, in place of those that the diagnosis names.
        out: folder of the new run; beside the old one unless given. An existing one goes on.

    Raises:
        AskError: the folder is no run, the run came to no verdict, it is of a world, its data are
            not at hand or not the same, an action is unknown, the budget is too short.
    """
    folder = run.folder if isinstance(run, Run) else Path(run)
    if apply:
        from headstart.verbs import applying
        from headstart.verbs.wish import Wish

        wish = Wish(
            run=folder,
            data=data,
            test=test,
            budget=budget_of(minutes, steps),
            only=tuple(only),
            out=None if out is None else Path(out),
            began=process_start(),
        )
        return applying.apply(wish, watch)
    for name, value in {"minutes": minutes, "steps": steps, "out": out, "test": test}.items():
        if value is not None:
            raise AskError(
                f"`{name}` is for applying alone.", "Add --apply (in Python apply=True)."
            )
    if only:
        raise AskError("`only` is for applying alone.", "Add --apply (in Python apply=True).")
    question, found = read_question(folder), verdict_of(folder)
    asked = asked_again(folder, question, data)
    refuse_other_rows(folder, question, asked)
    return diagnosed(folder, asked, found, question)


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


def diagnosed(
    folder: Path, asked: Asked, found: dict[str, Any], question: dict[str, Any]
) -> Diagnosis:
    """The diagnosis of a run whose data were read again.

    Raises:
        AskError: it is of a world.
    """
    if not isinstance(asked.data, Table):
        raise AskError(
            f"`{asked.source}` is a world: adjust reads runs on rows.", "See: headstart report"
        )
    return diagnose(_symptoms(folder, asked, asked.data, found, question))


def _symptoms(
    folder: Path, asked: Asked, data: Table, found: dict[str, Any], question: dict[str, Any]
) -> Symptoms:
    verdict = verdict_from_plain(found["verdict"])
    trials, task = read_trials(folder), asked.task
    unseen = _unseen(folder, trials, data, task, verdict)
    looked, doubtful = _suspects(data, task, unseen)
    test, manifest = found["test"], read_manifest(folder / "model")
    heaviest = max(manifest["members"], key=lambda each: float(each["weight"]))
    return Symptoms(
        task=task,
        verdict=verdict,
        rows=max((each.rows or 0 for each in trials), default=0),
        shares=shares_of(data, task),
        training_score=_score_of_learned(folder, data, task, unseen),
        test_score=test["score"] if isinstance(test, dict) else None,
        temperature=manifest["adjustment"].get("temperature"),
        draws=tuple(each.trial.score for each in unseen if each.trial.score is not None),
        by_rows=_by_rows(task, unseen),
        short=tuple(never_at_full_size(trials, verdict, read_stayed(folder))),
        seconds=question["budget"].get("seconds"),
        leaks=tuple(trap.because for trap in asked.profile.traps if trap.kind == "leak"),
        suspects=doubtful,
        asked=looked,
        **blind_spots(task, unseen[0].outcome if unseen else None),
        tunes="" if heaviest["candidate"]["start"]["kind"] == "Direct" else heaviest["family"],
        blends=not question["options"].get("single", False),
        paid=payoffs(),
    )


def _unseen(
    folder: Path, trials: Sequence[Trial], data: Table, task: Task, verdict: Verdict
) -> list[_Unseen]:
    """The best single candidate's answers on the draws of the largest rung that it reached."""
    names = [each.candidate for each in verdict.standings if each.family != _BLEND]
    name = verdict.winner.candidate if verdict.winner.family != _BLEND else names[0]
    mine = [t for t in trials if t.candidate == name and t.score is not None and t.draw is not None]
    largest = max((each.rows or 0 for each in mine), default=0)
    place = {int(row): position for position, row in enumerate(data.row_ids)}
    found = []
    for trial in (each for each in mine if each.rows == largest):
        path = folder / "trials" / trial.id / "predictions.parquet"
        rows = np.array([place[int(row)] for row in forecasts.row_ids(path)])
        truth, blocks, weights = truth_of(data.take(rows), task)
        outcome = Outcome(
            draw=trial.draw or 0,
            score=trial.score or 0.0,
            truth=truth,
            prediction=forecasts.load(path, task),
            blocks=blocks,
            weights=weights,
        )
        found.append(_Unseen(trial=trial, rows=rows, outcome=outcome))
    return found


def _suspects(
    data: Table, task: Task, unseen: Sequence[_Unseen]
) -> tuple[int, tuple[Suspect, ...]]:
    """How many rows were looked at, and those whose label is doubtful; classes of one target."""
    if len(task.classes) != 1 or not unseen:
        return 0, ()
    rows = np.concatenate([each.rows for each in unseen])
    answers = stack([each.outcome.prediction for each in unseen])
    assert isinstance(answers, Probabilities)
    (chances,) = answers.values
    places, inverse, counts = np.unique(rows, return_inverse=True, return_counts=True)
    mean = np.zeros((len(places), chances.shape[1]))
    np.add.at(mean, inverse, chances)
    mean /= counts[:, None]
    return len(places), doubtful_labels(data, task, places, mean)


def _score_of_learned(
    folder: Path, data: Table, task: Task, unseen: Sequence[_Unseen]
) -> float | None:
    """The delivered model on rows that it learned from, at most 1,000 of them."""
    if not unseen or not read_manifest(folder / "model")["facts"].get("refitted"):
        return None
    rows = np.sort(unseen[0].rows[:_MOST_ROWS_LEARNED])
    part = data.take(rows)
    truth, _, weights = truth_of(part, task)
    assert truth is not None
    answer = delivery.load(folder / "model").predict(part)
    spread = None if task.classes else target_numbers(data, task).std(axis=0)
    return metrics.score(task.metric, truth, answer, task, weights=weights, scale=spread)


def _by_rows(task: Task, unseen: Sequence[_Unseen]) -> float | None:
    """How much one draw's score moves when its validation rows are drawn anew."""
    if not unseen:
        return None
    samples = score_samples(unseen[0].outcome, task)
    samples = samples[np.isfinite(samples)]
    return float(samples.std()) if len(samples) > 1 else None
