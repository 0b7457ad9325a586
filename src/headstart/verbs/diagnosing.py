"""What a finished run tells of what limits it: its kept answers read again, nothing trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
from headstart.verbs.doubting import never_at_full_size
from headstart.verbs.next_steps import blind_spots, doubtful_labels, searchable, shares_of
from headstart.verbs.question import Asked

_MOST_ROWS_LEARNED = 1_000
_BLEND = "blend"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Unseen:
    """What models that did not learn from them said of rows: positions and answers per draw."""

    trial: Trial
    rows: np.ndarray
    outcome: Outcome


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
        tunes=_tunes(heaviest, trials),
        blends=not question["options"].get("single", False),
        paid=payoffs(),
    )


def _tunes(member: Mapping[str, Any], trials: Sequence[Trial]) -> str:
    """The family whose settings can be searched: that of the heaviest member; empty for none."""
    candidate = member["candidate"]
    if candidate["start"]["kind"] == "Direct":
        return ""
    mine = [each for each in trials if each.candidate == candidate["name"]]
    resolved = [each.settings for each in mine if each.status == "finished"]
    return searchable(member["family"], resolved[-1] if resolved else ())


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
