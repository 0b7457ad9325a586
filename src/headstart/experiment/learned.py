"""What the winner's validation answers teach: temperature, residual band, the pooled outcome."""

from __future__ import annotations

import numpy as np

from headstart.delivery import Adjustment
from headstart.delivery.combining import select, stack
from headstart.evaluation import Contender, Outcome, fit_temperature, residual_band
from headstart.experiment.material import Material
from headstart.records import Numbers, Probabilities

_FEWEST_ROWS = 50


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


def adjustment(material: Material, outcome: Outcome | None) -> Adjustment:
    """Temperature or residual band from out-of-fold answers; nothing where rows are too few."""
    if outcome is None or outcome.truth is None or len(outcome.truth) < _FEWEST_ROWS:
        return Adjustment()
    match outcome.prediction:
        case Probabilities():
            temperature = fit_temperature(
                outcome.truth, outcome.prediction, material.task, outcome.weights
            )
            return Adjustment(temperature=float(temperature))
        case Numbers(values=values):
            band = residual_band(outcome.truth, values)
            if np.isfinite([band.lower, band.upper]).all():
                return Adjustment(band=_pairs(band.lower, band.upper))
    return Adjustment()


def _pairs(lower: np.ndarray, upper: np.ndarray) -> tuple[tuple[float, float], ...]:
    return tuple((float(low), float(high)) for low, high in zip(lower, upper, strict=True))
