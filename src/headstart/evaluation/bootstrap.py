"""The bootstrap: how much a score would move with other rows from the same source.

Rows that belong together (groups, duplicates) are drawn together, as blocks; the metric is
recomputed on every sample. Where a class has fewer than 20 blocks, each class is resampled by
itself, so that no sample lacks it; but not for means over rows, which need no class, and to which
the shares of the classes are chance as well. Both sides of a comparison see the same samples
(paired).

Of very many blocks a random part is resampled and the deviations are shrunk by the root of its
share, which keeps a verdict on a million rows within seconds (m out of n bootstrap).

References: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapters 6 and 13;
Bickel, Goetze and van Zwet 1997, Statistica Sinica 7, for m out of n.

Shapes: n rows, g blocks, b resamples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from headstart.delivery.combining import select
from headstart.evaluation.evidence import Outcome, numbered_blocks
from headstart.evaluation.flawless import with_mistakes
from headstart.metrics import in_chunks, metric, over_rows
from headstart.records import Prediction, Task

_FEWEST_PER_CLASS = 20
_MEANS_OVER_ROWS = frozenset({"accuracy", "log_loss", "brier"})
_MOST_BLOCKS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Samples:
    """Bootstrap samples of blocks that occur in one or more draws.

    Attributes:
        counts: how often each sample holds each chosen block, (b, g).
        rows: per draw, positions of the rows whose block was chosen.
        places: per draw, the block of each such row as a column of `counts`.
        share: chosen blocks over all blocks.
    """

    counts: np.ndarray
    rows: dict[int, np.ndarray]
    places: dict[int, np.ndarray]
    share: float

    def left_out(self) -> np.ndarray:
        """1 for the blocks that a sample does not hold, else 0, (b, g)."""
        return (self.counts == 0).astype(np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How much better the first is than the second; above zero always means better.

    Attributes:
        gain: in units of the metric.
        interval: holds the gain on unseen rows with the level asked for.
        probability: that the gain is above the region.
    """

    gain: float
    interval: tuple[float, float]
    probability: float


def score_interval(
    metric_name: str,
    truth: np.ndarray | None,
    prediction: Prediction,
    task: Task,
    blocks: np.ndarray | None = None,
    level: float = 0.9,
    seed: int = 0,
    scale: np.ndarray | None = None,
    weights: np.ndarray | None = None,
    resamples: int = 1000,
) -> tuple[float, float]:
    """Interval that holds the score on unseen rows of the same source; NaN where undefined."""
    outcome = _single(metric_name, truth, prediction, task, blocks, scale, weights)
    samples = draw_samples([outcome], replace(task, metric=metric_name), resamples, seed)
    low, high = percentiles(resampled_score(metric_name, outcome, task, samples, scale), level)
    bound = with_mistakes(metric_name, [outcome], task, level, scale)
    return (low, high) if bound is None else (min(low, bound), max(high, bound))


def paired_difference(
    metric_name: str,
    truth: np.ndarray | None,
    first: Prediction,
    second: Prediction,
    task: Task,
    blocks: np.ndarray | None = None,
    level: float = 0.9,
    seed: int = 0,
    scale: np.ndarray | None = None,
    weights: np.ndarray | None = None,
    region: float = 0.0,
    resamples: int = 1000,
) -> Difference:
    """How much better the first answers are than the second, on the same rows."""
    measured = metric(metric_name)
    one = _single(metric_name, truth, first, task, blocks, scale, weights)
    other = _single(metric_name, truth, second, task, blocks, scale, weights)
    samples = draw_samples([one], replace(task, metric=metric_name), resamples, seed)
    one_scores = resampled_score(metric_name, one, task, samples, scale)
    other_scores = resampled_score(metric_name, other, task, samples, scale)
    gains = one_scores - other_scores if measured.direction == "up" else other_scores - one_scores
    return Difference(
        gain=measured.gain(one.score, other.score),
        interval=percentiles(gains, level),
        probability=share_above(gains, region),
    )


def draw_samples(
    outcomes: Sequence[Outcome], task: Task, resamples: int = 1000, seed: int = 0
) -> Samples:
    """Samples of the blocks of one or more draws; `outcomes` has one for each draw.

    A block that is checked in several draws is in all of them or in none.
    """
    generator = np.random.default_rng(seed)
    blocks = numbered_blocks(outcomes)
    total = 1 + max((int(block.max()) for block in blocks if len(block)), default=-1)
    strata = _strata(outcomes, blocks, total, task)
    chosen = np.arange(total)
    if total > _MOST_BLOCKS:
        chosen = np.sort(generator.choice(total, _MOST_BLOCKS, replace=False))
    column = np.full(total, -1)
    column[chosen] = np.arange(len(chosen))
    rows = {o.draw: np.flatnonzero(column[b] >= 0) for o, b in zip(outcomes, blocks, strict=True)}
    return Samples(
        counts=_multiplicities(strata[chosen], resamples, generator),
        rows=rows,
        places={o.draw: column[b[rows[o.draw]]] for o, b in zip(outcomes, blocks, strict=True)},
        share=len(chosen) / max(1, total),
    )


def score_samples(
    outcome: Outcome,
    task: Task,
    *,
    scale: np.ndarray | None = None,
    resamples: int = 100,
    seed: int = 0,
) -> np.ndarray:
    """The score when the rows are drawn anew, (b,); outcomes on the same rows see the same draws.

    To be compared, the samples of two outcomes are subtracted.
    """
    samples = draw_samples([outcome], task, resamples, seed)
    return resampled_score(task.metric, outcome, task, samples, scale)


def resampled_score(
    metric_name: str,
    outcome: Outcome,
    task: Task,
    samples: Samples,
    scale: np.ndarray | None = None,
) -> np.ndarray:
    """The outcome's score on each sample, (b,)."""
    scores = raw_scores(metric_name, outcome, task, samples, samples.counts, scale)
    if samples.share == 1:
        return scores
    part = raw_scores(metric_name, outcome, task, samples, np.ones_like(samples.counts[:1]), scale)
    return outcome.score + (scores - part) * samples.share**0.5


def raw_scores(
    metric_name: str,
    outcome: Outcome,
    task: Task,
    samples: Samples,
    counts: np.ndarray,
    scale: np.ndarray | None = None,
) -> np.ndarray:
    """The outcome's score under any counts of the chosen blocks (b, g), not shrunk, (b,)."""
    rows, places = samples.rows[outcome.draw], samples.places[outcome.draw]
    truth = None if outcome.truth is None else outcome.truth[rows]
    prediction = select(outcome.prediction, rows)
    weights = None if outcome.weights is None else outcome.weights[rows]
    of_weights = over_rows(metric_name, truth, prediction, task, scale=scale)
    return in_chunks(of_weights, counts[:, places], weights)


def percentiles(values: np.ndarray, level: float = 0.9) -> tuple[float, float]:
    """The central interval of resampled values; undefined ones are left out.

    Example:
        >>> percentiles(np.arange(101.0), level=0.5)
        (25.0, 75.0)
    """
    values = values[np.isfinite(values)]
    if not len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def share_above(values: np.ndarray, threshold: float) -> float:
    """Share of the defined values above a threshold; 0 where none is defined."""
    values = values[np.isfinite(values)]
    return float((values > threshold).mean()) if len(values) else 0.0


def _single(
    metric_name: str,
    truth: np.ndarray | None,
    prediction: Prediction,
    task: Task,
    blocks: np.ndarray | None,
    scale: np.ndarray | None,
    weights: np.ndarray | None,
) -> Outcome:
    of_weights = over_rows(metric_name, truth, prediction, task, scale=scale)
    row = np.ones(len(prediction)) if weights is None else weights
    return Outcome(
        draw=0,
        score=float(of_weights(row[None, :])[0]),
        truth=truth,
        prediction=prediction,
        blocks=blocks,
        weights=weights,
    )


def _strata(
    outcomes: Sequence[Outcome], blocks: Sequence[np.ndarray], total: int, task: Task
) -> np.ndarray:
    """Each block's class where a class is rare; blocks of several classes form one stratum."""
    if task.kind != "classification" or len(task.classes) != 1 or task.metric in _MEANS_OVER_ROWS:
        return np.zeros(total, dtype=np.int64)
    lowest = np.full(total, np.iinfo(np.int64).max)
    highest = np.full(total, -1)
    for outcome, block in zip(outcomes, blocks, strict=True):
        assert outcome.truth is not None
        labels = outcome.truth.reshape(-1)
        np.minimum.at(lowest, block, labels)
        np.maximum.at(highest, block, labels)
    strata = np.where(lowest == highest, highest, len(task.classes[0]))
    is_rare = np.bincount(strata)[np.unique(strata)].min(initial=total) < _FEWEST_PER_CLASS
    return strata if is_rare else np.zeros(total, dtype=np.int64)


def _multiplicities(
    strata: np.ndarray, resamples: int, generator: np.random.Generator
) -> np.ndarray:
    """How often each block is drawn, with replacement within its stratum, uint16 (b, g)."""
    counts = np.zeros((resamples, len(strata)), dtype=np.uint16)
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        for sample in counts:
            drawn = generator.integers(len(members), size=len(members))
            sample[members] = np.bincount(drawn, minlength=len(members))
    return counts
