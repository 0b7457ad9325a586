"""Whether the cheap scores of checkpoints ordered them as the trials did.

Shapes: c checkpoints, l layers of all of them together.
Reference: Spearman 1904, "The Proof and Measurement of Association between Two Things".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from headstart.records.suitability import LEADING, SECOND_OPINIONS, Agreement, Suitability

_FEWEST = 3


def agreements(found: Sequence[Suitability], losses: Mapping[str, float]) -> tuple[Agreement, ...]:
    """How far each score ranks like what was later measured; with few checkpoints, like the probe.

    Args:
        losses: checkpoint -> the loss of its best trial on the largest rung that all have reached.

    Example:
        >>> scores = [{"linear_probe": p, "neighbours": p, "logme": -p} for p in (0.5, 0.6, 0.7)]
        >>> one = Suitability(checkpoint="a", rows=64, layer=2, layers=tuple(scores))
        >>> [(each.score, each.correlation) for each in agreements([one], {"a": 0.3})]
        [('neighbours', 1.0), ('logme', -1.0)]
    """
    tried = [each for each in found if each.checkpoint in losses]
    if len(tried) >= _FEWEST:
        values = [dict(each.scores) for each in tried]
        measured = [-losses[each.checkpoint] for each in tried]
        return _against(values, np.array(measured), "trials", (*LEADING, *SECOND_OPINIONS))
    layers = [dict(scores) for each in found for scores in each.layers]
    if len(layers) < _FEWEST:
        return ()
    probe = np.array([scores["linear_probe"] for scores in layers])
    return _against(layers, probe, "linear_probe", (LEADING[0], *SECOND_OPINIONS))


def _against(
    values: Sequence[Mapping[str, float]],
    measured: np.ndarray,
    what: Literal["trials", "linear_probe"],
    names: Sequence[str],
) -> tuple[Agreement, ...]:
    return tuple(
        Agreement(
            score=name,
            measured=what,
            correlation=_rank_correlation(np.array([each[name] for each in values]), measured),
            over=len(values),
        )
        for name in names
        if all(name in each for each in values)
    )


def _rank_correlation(first: np.ndarray, second: np.ndarray) -> float | None:
    """None where one of them is all the same."""
    from scipy.stats import rankdata

    ranks = [rankdata(each).astype(float) for each in (first, second)]
    if min(float(each.std()) for each in ranks) == 0.0:
        return None
    return round(float(np.corrcoef(ranks)[0, 1]), 3)
