"""What limits a result and what to do next, as soon as there is a verdict.

The diagnosis of `adjust` from what the run has at hand, without what would have to be computed for
it: the delivered model does not answer the rows that it learned from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np

from headstart.advice.spaces import space_of
from headstart.evaluation import Outcome
from headstart.evaluation.blind_spots import recognised, share_of_the_largest
from headstart.evaluation.diagnosis import diagnose
from headstart.evaluation.suspects import suspects
from headstart.evaluation.symptoms import Symptoms
from headstart.experiment.arena import Arena
from headstart.experiment.challenge.payoffs import payoffs
from headstart.experiment.left_below import STAYED, stayed_in
from headstart.experiment.settled import Settled
from headstart.families import family, known
from headstart.features.targets import class_indices
from headstart.records import Direct, Numbers, Probabilities, Table, Task
from headstart.records.diagnosis import Diagnosis, Suspect
from headstart.verbs.doubting import never_at_full_size
from headstart.verbs.question import Asked
from headstart.verbs.request import Request

MOST_SUSPECTS = 200


class BlindSpots(TypedDict, total=False):
    """The symptoms of a metric that does not see what matters."""

    recognised: Mapping[str, tuple[int, float]]
    tail: float | None


def diagnosed_at_once(
    request: Request, asked: Asked, settled: Settled, arena: Arena
) -> Diagnosis | None:
    """Findings and actions, the best first; None for a world."""
    data, task = arena.material.data, asked.task
    if not isinstance(data, Table):
        return None
    looked, doubtful = _suspects(data, task, settled)
    stayed = stayed_in(arena.book.entries(STAYED))
    symptoms = Symptoms(
        task=task,
        verdict=settled.verdict,
        rows=arena.material.all_rows,
        shares=shares_of(data, task),
        test_score=None if settled.test is None else settled.test.score,
        temperature=settled.adjustment.temperature,
        short=tuple(never_at_full_size(settled.trials, settled.verdict, stayed)),
        seconds=request.budget.seconds,
        leaks=tuple(trap.because for trap in asked.profile.traps if trap.kind == "leak"),
        suspects=doubtful,
        asked=looked,
        **blind_spots(task, settled.pooled),
        tunes=_tunes(settled),
        blends=not request.single,
        paid=payoffs(),
    )
    return diagnose(symptoms)


def shares_of(data: Table, task: Task) -> dict[str, float]:
    """Share of each class, the target being one; else empty."""
    if len(task.classes) != 1:
        return {}
    counts = np.bincount(class_indices(data, task)[:, 0], minlength=len(task.classes[0]))
    total = max(int(counts.sum()), 1)
    return {
        label: float(count) / total for label, count in zip(task.classes[0], counts, strict=True)
    }


def doubtful_labels(
    data: Table, task: Task, rows: np.ndarray, chances: np.ndarray
) -> tuple[Suspect, ...]:
    """Rows whose label is probably wrong, the surest first.

    Args:
        rows: positions in `data`, (n,).
        chances: of models that did not learn from these rows, (n, c).
    """
    truth = class_indices(data.take(rows), task)[:, 0]
    order, likelier = suspects(truth, chances)
    (labels,) = task.classes
    return tuple(
        Suspect(
            row=int(data.row_ids[rows[row]]),
            target=task.targets[0],
            given=labels[truth[row]],
            likelier=labels[other],
            chance=float(chances[row, truth[row]]),
        )
        for row, other in list(zip(order, likelier, strict=True))[:MOST_SUSPECTS]
    )


def _suspects(data: Table, task: Task, settled: Settled) -> tuple[int, tuple[Suspect, ...]]:
    """How many rows were looked at, and those whose label is doubtful; classes of one target."""
    outcome = settled.pooled
    if len(task.classes) != 1 or outcome is None:
        return 0, ()
    assert isinstance(outcome.prediction, Probabilities)
    rows = np.array(settled.rows, dtype=np.int64)
    return len(rows), doubtful_labels(data, task, rows, outcome.prediction.values[0])


def blind_spots(task: Task, outcome: Outcome | None) -> BlindSpots:
    """What the metric does not see of these answers; nothing where there are none."""
    found = BlindSpots()
    if outcome is None or outcome.truth is None:
        return found
    match outcome.prediction:
        case Probabilities(values=(chances,)):
            found["recognised"] = recognised(outcome.truth[:, 0], chances, task.classes[0])
        case Numbers(values=values):
            found["tail"] = share_of_the_largest(outcome.truth, values)
    return found


def _tunes(settled: Settled) -> str:
    """The family whose settings can be searched: that of the heaviest member; empty for none."""
    heaviest = max(settled.weights, key=lambda name: settled.weights[name])
    trial = next(each for each in settled.trials if each.candidate == heaviest)
    return "" if isinstance(trial.start, Direct) else searchable(trial.family, trial.settings)


def searchable(name: str, resolved: Sequence[tuple[str, Any]] = ()) -> str:
    """A family that has settings to search for; empty for one that has none, or is not here.

    Args:
        resolved: what a fit made of settings that are None.
    """
    return name if name in known() and space_of(family(name).Settings(), dict(resolved)) else ""
