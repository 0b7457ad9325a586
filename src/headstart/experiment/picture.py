"""Score against number of labels for each start, drawn from the trials of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from headstart.evaluation import (
    Climb,
    Samples,
    Terms,
    by_labels,
    climbs,
    crossovers,
    curve_of,
    floor_crossovers,
    more_labels,
    score_samples,
    start_curves,
)
from headstart.experiment.arena import Arena
from headstart.experiment.endings import is_cut
from headstart.experiment.material import CHECK_SHARE
from headstart.families import family, known
from headstart.metrics import metric
from headstart.records import StartCurve, Task, Trial, Verdict

_RESAMPLES = 100


def with_picture(arena: Arena, verdict: Verdict) -> Verdict:
    """The verdict with its curves, its crossovers and what they advise."""
    task = arena.material.task
    climbed = _climbed(
        arena.book.trials, verdict.floor.candidate, samples=lambda trial: _samples(arena, trial)
    )
    terms = _terms(task, arena.seed)
    drawn = replace(
        verdict,
        curves=start_curves(climbed, terms.metric, terms.check_share),
        crossovers=crossovers(climbed, terms),
        floor_crossovers=floor_crossovers(climbed, terms),
    )
    more = more_labels(climbed, curve_of(verdict), terms.metric, arena.seed)
    drawn = replace(drawn, more_labels=more)
    advice = by_labels(drawn, arena.material.all_rows, task.noun)
    because = f"{verdict.because} {advice}" if advice else verdict.because
    return replace(drawn, by_labels=advice, because=because)


def curves_of(trials: Sequence[Trial], task: Task) -> tuple[StartCurve, ...]:
    """The curves that the trials of a run tell of, where nothing else is left of it."""
    floors = [each for each in trials if each.rows and _is_floor(each)]
    if not floors:
        return ()
    top = max(each.rows or 0 for each in floors)
    best = min((each for each in floors if each.rows == top), key=lambda each: each.loss or 0.0)
    terms = _terms(task, seed=0)
    return start_curves(_climbed(trials, best.candidate), terms.metric, terms.check_share)


def _climbed(
    trials: Sequence[Trial], floor: str, samples: Samples = lambda trial: None
) -> tuple[Climb, ...]:
    return climbs(
        trials,
        floors={each.family for each in trials if _is_floor(each)},
        floor=floor,
        cut={each.id for each in trials if is_cut(each)},
        samples=samples,
    )


def _terms(task: Task, seed: int) -> Terms:
    return Terms(
        metric=metric(task.metric, task.kind),
        noun=task.noun,
        check_share=CHECK_SHARE if task.has_rows else 0.0,
        fewest_draws=1 if task.has_rows else 2,
        seed=seed,
    )


def _is_floor(trial: Trial) -> bool:
    """A blend has no card, nor has a third party's family that is no longer installed."""
    known_here = trial.loss is not None and trial.family in known()
    return known_here and family(trial.family).CARD.is_floor


def _samples(arena: Arena, trial: Trial) -> np.ndarray | None:
    """The trial's score when its validation rows are drawn anew; the seed makes samples paired.

    None in a world: two training seeds differ more than any two blocks of episodes.
    """
    outcome = arena.outcome(trial) if arena.material.task.has_rows else None
    if outcome is None:
        return None
    task, scale = arena.material.task, arena.material.scale()
    return score_samples(outcome, task, scale=scale, resamples=_RESAMPLES, seed=arena.seed)
