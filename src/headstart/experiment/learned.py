"""What the winner's validation answers teach of its answers, and the pooled outcome itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from headstart.delivery import Adjustment
from headstart.delivery.adjustment import adjusted, calibrated, typical_errors
from headstart.delivery.combining import select, stack
from headstart.evaluation import Contender, Outcome, residual_band
from headstart.evaluation.class_weights import fit_class_weights
from headstart.evaluation.difficulty import fit_difficulty
from headstart.evaluation.isotonic import fit_calibration
from headstart.evaluation.label_sets import fit_label_sets
from headstart.evaluation.sureness import fit_sureness
from headstart.experiment.material import Material
from headstart.records import Numbers, Probabilities

_FEWEST_ROWS, _MOST_ROWS = 50, 20_000


def pooled(material: Material, winner: Contender) -> tuple[Outcome, np.ndarray] | None:
    """Each open row's first validation answer, and the rows' positions; None for worlds."""
    if not material.task.has_rows:
        return None
    outcomes = sorted(winner.outcomes, key=lambda outcome: outcome.draw)
    positions = np.concatenate([material.check_rows(outcome.draw) for outcome in outcomes])
    rows, first = np.unique(positions, return_index=True)
    truth, blocks, weights = material.truth_at(rows)
    together = Outcome(
        draw=outcomes[0].draw,
        score=outcomes[0].score,
        truth=truth,
        prediction=select(stack([outcome.prediction for outcome in outcomes]), first),
        blocks=blocks,
        weights=weights,
    )
    return together, rows


def thinned(outcome: Outcome, seed: int) -> Outcome:
    """At most 20,000 of the rows: more would tell the same, and take the clock's last seconds."""
    if outcome.truth is None or len(outcome.truth) <= _MOST_ROWS:
        return outcome
    rows = np.sort(np.random.default_rng(seed).permutation(len(outcome.truth))[:_MOST_ROWS])
    return replace(
        outcome,
        truth=outcome.truth[rows],
        prediction=select(outcome.prediction, rows),
        blocks=None if outcome.blocks is None else outcome.blocks[rows],
        weights=None if outcome.weights is None else outcome.weights[rows],
    )


def adjustment(
    material: Material, outcome: Outcome | None, *, as_it_is: bool = False
) -> Adjustment:
    """Calibration, sets and bands from out-of-fold answers; nothing where rows are too few.

    Args:
        as_it_is: probabilities and labels stay the model's own, as those of `Direct` do.
    """
    if outcome is None or outcome.truth is None or len(outcome.truth) < _FEWEST_ROWS:
        return Adjustment()
    outcome = thinned(outcome, material.seed)
    assert outcome.truth is not None
    match outcome.prediction:
        case Probabilities():
            found = _of_labels(material, outcome, outcome.truth, outcome.prediction, as_it_is)
        case Numbers():
            found = _of_numbers(outcome, outcome.truth, outcome.prediction)
        case _:
            return Adjustment()
    known = fit_sureness(
        outcome.truth, adjusted(outcome.prediction, found), found, material.scale()
    )
    return replace(found, sureness=known)


def _of_labels(
    material: Material,
    outcome: Outcome,
    truth: np.ndarray,
    prediction: Probabilities,
    as_it_is: bool,
) -> Adjustment:
    task = material.task
    if as_it_is:
        return Adjustment(sets=fit_label_sets(truth, prediction))
    found = fit_calibration(truth, prediction, task, outcome.weights, outcome.blocks)
    made = Adjustment(temperature=float(found.temperature), steps=found.steps)
    after = calibrated(prediction, made)
    return replace(
        made,
        class_weights=fit_class_weights(truth, after, task, outcome.weights, seed=material.seed),
        sets=fit_label_sets(truth, after),
    )


def _of_numbers(outcome: Outcome, truth: np.ndarray, prediction: Numbers) -> Adjustment:
    """A band in units of the typical error where that serves better, else equally wide."""
    values = prediction.values
    known = [
        fit_difficulty(truth[:, target], values[:, target], outcome.blocks)
        for target in range(values.shape[1])
    ]
    errors = np.column_stack([typical_errors(values[:, t], each) for t, each in enumerate(known)])
    band = residual_band((truth - values) / errors, np.zeros_like(values))
    if not np.isfinite([band.lower, band.upper]).all():
        return Adjustment()
    difficulty = tuple(known) if any(known) else None
    return Adjustment(band=_pairs(band.lower, band.upper), difficulty=difficulty)


def _pairs(lower: np.ndarray, upper: np.ndarray) -> tuple[tuple[float, float], ...]:
    return tuple((float(low), float(high)) for low, high in zip(lower, upper, strict=True))
