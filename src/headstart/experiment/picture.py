"""Score against number of labels for each start, drawn from the trials of a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from headstart.evaluation import (
    Terms,
    by_labels,
    climbs,
    crossovers,
    floor_crossovers,
    score_samples,
    start_curves,
)
from headstart.experiment.arena import CUT_SHORT, Arena
from headstart.experiment.material import CHECK_SHARE
from headstart.families import family
from headstart.metrics import metric
from headstart.records import Trial, Verdict

_RESAMPLES = 100


def with_picture(arena: Arena, verdict: Verdict) -> Verdict:
    """The verdict with its curves, its crossovers and what they advise."""
    task, trials = arena.material.task, arena.book.trials
    climbed = climbs(
        trials,
        floors={each.family for each in trials if _is_floor(each)},
        floor=verdict.floor.candidate,
        cut={each.id for each in trials if each.because.endswith(CUT_SHORT)},
        samples=lambda trial: _samples(arena, trial),
    )
    terms = Terms(
        metric=metric(task.metric, task.kind),
        noun=task.noun,
        check_share=CHECK_SHARE if task.has_rows else 0.0,
        seed=arena.seed,
    )
    drawn = replace(
        verdict,
        curves=start_curves(climbed, terms.metric, terms.check_share),
        crossovers=crossovers(climbed, terms),
        floor_crossovers=floor_crossovers(climbed, terms),
    )
    advice = by_labels(drawn, arena.material.all_rows, task.noun)
    because = f"{verdict.because} {advice}" if advice else verdict.because
    return replace(drawn, by_labels=advice, because=because)


def _is_floor(trial: Trial) -> bool:
    """A trial without a loss may be of a blend or a refused family, which have no card."""
    return trial.loss is not None and family(trial.family).CARD.is_floor


def _samples(arena: Arena, trial: Trial) -> np.ndarray | None:
    """The trial's score when its validation rows are drawn anew; the seed makes samples paired."""
    outcome = arena.outcome(trial)
    if outcome is None:
        return None
    task, scale = arena.material.task, arena.material.scale()
    return score_samples(outcome, task, scale=scale, resamples=_RESAMPLES, seed=arena.seed)
