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
    truth = np.concatenate([outcome.truth for outcome in outcomes])[first]  # type: ignore[misc]
    prediction = select(stack([outcome.prediction for outcome in outcomes]), first)
    one = outcomes[0]
    together = Outcome(
        draw=one.draw, score=one.score, truth=truth, prediction=prediction, blocks=None
    )
    return together, rows


def adjustment(material: Material, outcome: Outcome | None) -> Adjustment:
    """Temperature or residual band from out-of-fold answers; nothing where rows are too few."""
    if outcome is None or outcome.truth is None or len(outcome.truth) < _FEWEST_ROWS:
        return Adjustment()
    match outcome.prediction:
        case Probabilities():
            temperature = fit_temperature(outcome.truth, outcome.prediction, material.task)
            return Adjustment(temperature=float(temperature))
        case Numbers(values=values):
            band = residual_band(outcome.truth, values)
            if np.isfinite([band.lower, band.upper]).all():
                return Adjustment(band=_pairs(band.lower, band.upper))
    return Adjustment()


def _pairs(lower: np.ndarray, upper: np.ndarray) -> tuple[tuple[float, float], ...]:
    return tuple((float(low), float(high)) for low, high in zip(lower, upper, strict=True))
