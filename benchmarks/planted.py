"""Can the verdict and its intervals be relied on? Planted truths, simulated outcomes, no training.

    python -m benchmarks.planted              about two minutes; writes results/planted.json and .md
    python -m benchmarks.planted --light      the same with a tenth of the draws, writes nothing

Each part draws what a race would have measured around a truth that is known, asks Headstart's own
functions, and counts how often the answer holds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from itertools import product
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy import stats

from benchmarks import measure
from benchmarks.environments import HERE
from benchmarks.planting import (
    BINARY,
    Curve,
    Player,
    climbs,
    contenders,
    meeting,
    power,
)
from benchmarks.tables.page import table
from headstart.delivery import Adjustment
from headstart.delivery.adjustment import adjusted, label_sets, sure, typical_errors
from headstart.delivery.combining import cool
from headstart.evaluation import (
    Terms,
    correlated_posterior,
    crossover,
    expected_calibration_error,
    fit_calibration,
    fit_difficulty,
    fit_label_sets,
    fit_sureness,
    judge,
    reliability,
    residual_band,
)
from headstart.metrics import metric, predicted_labels
from headstart.records import Numbers, Probabilities, Task

RESULT = HERE / "results" / "planted.json"
THREE = Task(kind="classification", targets=("y",), classes=(("a", "b", "c"),), metric="accuracy")
Record = dict[str, Any]
_ROWS_THAT_TELL = 2000  # fewer cannot tell gaps of a point, and the cheapest is taken
_MOST_DRAWS_BELOW = 1000  # rows on which a minute is time for all ten draws of a race


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--light", action="store_true")
    asked = parser.parse_args()
    records: list[Record] = []
    for part, draws in PARTS.items():
        found = part(max(2, draws // 10) if asked.light else draws)
        records += found
        for record in found:
            print("  ".join(f"{name} {value}" for name, value in record.items()), flush=True)
    if asked.light:
        return
    document = {"schema": 1, "machine": measure.machine(), "claims": records}
    RESULT.write_text(json.dumps(document, indent=1) + "\n")
    page = table(list(records[0]), [list(record.values()) for record in records])
    RESULT.with_suffix(".md").write_text(page + "\n")


def sets(draws: int) -> list[Record]:
    """Sets of labels from 500 answers, on 2,000 new rows, for all labels and for the rarest."""
    everyone, rarest = [], []
    for seed in range(draws):
        known = Adjustment(sets=fit_label_sets(*_overlapping(1500, seed)))
        truth, answer = _overlapping(2000, seed + 10_000)
        (inside,) = label_sets(answer, known) or ()
        held = inside[np.arange(len(truth)), truth[:, 0]]
        everyone.append(held.mean())
        rarest.append(held[truth[:, 0] == 2].mean())
    return [
        _within("sets of labels hold the true one", np.mean(everyone), 0.88, 0.92, draws),
        _within("... where it is the rarest of three", np.mean(rarest), 0.88, 0.92, draws),
    ]


def intervals(draws: int) -> list[Record]:
    """Intervals from 600 residuals, on 2,000 new rows, with errors that grow with the number."""
    everyone, dear, even = [], [], []
    for seed in range(draws):
        truth, predicted = _prices(600, seed)
        knots = fit_difficulty(truth, predicted)
        new, asked = _prices(2000, seed + 10_000)
        inside = _held(truth, predicted, knots, new, asked)
        everyone.append(inside.mean())
        dear.append(inside[asked > np.quantile(asked, 0.7)].mean())
        flat = _held(truth, predicted, None, new, asked)
        even.append(flat[asked > np.quantile(asked, 0.7)].mean())
    return [
        _within("intervals hold the true number", np.mean(everyone), 0.88, 0.92, draws),
        _within("... of the dearest 30 %", np.mean(dear), 0.85, 0.95, draws),
        _told("... of the dearest 30 %, were they equally wide", np.mean(even), draws),
    ]


def calibration(draws: int) -> list[Record]:
    """The calibration error on 20,000 rows after learning on 1,000, for two distortions."""
    found = []
    for name, made, task in (
        ("too sure", _too_sure, THREE),
        ("right below one half, far too sure above", _lopsided, BINARY),
    ):
        before, after = [], []
        for seed in range(draws):
            truth, answer = made(1000, seed)
            learned = fit_calibration(truth, answer, task)
            known = Adjustment(temperature=learned.temperature, steps=learned.steps)
            new, asked = made(20_000, seed + 10_000)
            repaired = adjusted(asked, known)
            assert isinstance(repaired, Probabilities)
            before.append(expected_calibration_error(reliability(new, asked, task)))
            after.append(expected_calibration_error(reliability(new, repaired, task)))
        error, earlier = float(np.mean(after)), float(np.mean(before))
        claim = f"calibration error of a model that is {name} ({earlier:.3f} before)"
        found.append(_within(claim, error, 0.0, 0.03, draws))
    return found


def answered(draws: int) -> list[Record]:
    """Of new rows, a tenth or three tenths left: how far the share right is from what was said."""
    gaps = {0.1: [], 0.3: []}  # type: dict[float, list[float]]
    for seed in range(draws):
        known = fit_sureness(*_honest(1000, seed), Adjustment())
        assert known is not None
        truth, answer = _honest(5000, seed + 10_000)
        right = (predicted_labels(answer) == truth)[:, 0]
        how_sure = sure(answer, Adjustment())
        for share, each in gaps.items():
            threshold, expected = known.at(share)
            each.append(float(right[how_sure >= threshold].mean()) - expected)
    return [
        _within(
            f"share right beyond what was said with {share:.0%} left",
            np.mean(each),
            -0.01,
            0.01,
            draws,
        )
        for share, each in gaps.items()
    ]


def t_test(draws: int) -> list[Record]:
    """The correlated t-test beside its published formula, evaluated by scipy."""
    generator, worst = np.random.default_rng(0), 0.0
    for _ in range(draws):
        folds, runs = int(generator.integers(2, 11)), int(generator.integers(1, 11))
        gains = generator.normal(0.01, 0.02, folds * runs)
        if len(gains) < 2:
            continue
        region = float(generator.uniform(0, 0.02))
        spread = np.sqrt(gains.var(ddof=1) * (1 / len(gains) + 1 / (folds - 1)))
        published = stats.t.sf(region, len(gains) - 1, gains.mean(), spread)
        ours = correlated_posterior(gains, check_share=1 / folds).above(region)
        worst = max(worst, abs(ours - published))
    return [_within("correlated t-test, distance to the formula", worst, 0.0, 1e-9, draws)]


def alike(draws: int) -> list[Record]:
    """Two candidates of equal truth: how often one is said to be better, or the dearer is named."""
    found = []
    for rows, race in ((250, 10), *product((500, 5000), (2, 6))):
        clear = dearer = 0
        for seed in range(draws):
            players = [
                Player(name="floor", accuracy=0.60, cost=1, is_floor=True),
                Player(name="one", accuracy=0.78, cost=5),
                Player(name="other", accuracy=0.78, cost=9),
            ]
            verdict = judge(contenders(players, seed, rows=rows, draws=race), BINARY, seed=seed)
            clear += verdict.confidence == "clear"
            dearer += verdict.winner.candidate == "other"
        which = f"({rows:,} rows, {race} draws)"
        found.append(_within(f"equals called clearly apart {which}", clear / draws, 0, 0.05, draws))
        claim = f"the dearer of two equals is named {which}"
        # Two draws hardly tell a spread; the verdict then says `leaning` at most.
        can_tell = race > 2 and rows >= 500
        made = _within(claim, dearer / draws, 0, 0.05, draws) if can_tell else None
        found.append(made or _told(claim, dearer / draws, draws))
    return found


def truths(draws: int) -> list[Record]:
    """Four starts over labels and similarity: what the choice of the verdict costs, truly."""
    free: dict[tuple[int, float], list[bool]] = {}
    regrets: dict[str, list[float]] = {"verdict": [], "best mean": []}
    gaps = []
    for (rows, likeness), seed in product(
        product((250, 640, 2000, 6400), (0.0, 0.33, 0.67, 1.0)), range(draws)
    ):
        accuracy = {name: 1 - curve(0.64 * rows) for name, curve in starts(likeness).items()}
        players = [
            Player(name=name, accuracy=accuracy[name], cost=cost, is_floor=name == "floor")
            for name, cost in COSTS.items()
        ]
        field = contenders(players, seed, rows=rows, draws=10 if rows < _MOST_DRAWS_BELOW else 6)
        verdict = judge(field, BINARY, seed=seed)
        best = max(accuracy.values())
        regret = best - accuracy[verdict.winner.candidate]
        free.setdefault((rows, likeness), []).append(regret <= verdict.region)
        regrets["verdict"].append(regret)
        regrets["best mean"].append(best - accuracy[verdict.standings[0].candidate])
        gaps.append(_gap_is_held(field, accuracy))
    mean = "mean regret, in accuracy"
    cells = {cell: float(np.mean(each)) for cell, each in free.items()}
    told = [share >= 0.5 for (rows, _), share in cells.items() if rows >= _ROWS_THAT_TELL]
    small = [share >= 0.5 for (rows, _), share in cells.items() if rows < _ROWS_THAT_TELL]
    within = "cells whose median regret is within 2 % of the error"
    return [
        _within(f"{within}, 2,000 rows and more", np.mean(told), 0.8, 1.0, len(told)),
        _told(f"{within}, 250 and 640 rows", np.mean(small), len(small)),
        _within(f"{within}, all", np.mean([*told, *small]), 0.8, 1.0, len(cells)),
        _told("... races of all cells", np.mean(list(cells.values())), len(gaps)),
        _told(f"{mean}, of the verdict", np.mean(regrets["verdict"]), len(gaps)),
        _told(f"{mean}, of the best mean", np.mean(regrets["best mean"]), len(gaps)),
        _within("90 % intervals hold the true gap to the floor", np.mean(gaps), 0.85, 1, len(gaps)),
    ]


def crossings(draws: int) -> list[Record]:
    """Pairs of starts that cross at a known number of labels: power laws, a level start."""
    terms, found, all_told, all_held = Terms(metric=metric("accuracy")), [], 0, 0
    for top, checked in ((640, 160), (1728, 400), (30_000, 6000)):
        told = held = 0
        for seed in range(draws):
            sizes = [size for size in (top // 27, top // 9, top // 3, top) if size >= 64]
            curves, place = _crossing(np.random.default_rng([seed, top]), sizes)
            races = {size: 6 if size == top else 3 if size < 1000 else 1 for size in sizes}
            pair = climbs(curves, seed, sizes=sizes, draws=races, checked=checked)
            answer = crossover(*pair, terms)
            if answer.interval is not None:
                told += 1
                held += answer.interval[0] <= place <= answer.interval[1]
        claim = f"... of {top:,} rows ({told} of {draws} told)"
        found.append(_told(claim, held / max(told, 1), told))
        all_told, all_held = all_told + told, all_held + held
    claim = "80 % intervals hold the true crossing"
    return [_within(claim, all_held / max(all_told, 1), 0.7, 0.9, all_told), *found]


def starts(likeness: float) -> Mapping[str, Curve]:
    """The true error of each start by labels; a source that is more alike gives more."""
    return {
        "floor": power(0.27, 1.5, 0.5),
        "Direct": lambda rows: 0.48 - 0.30 * likeness,
        "Transfer": power(0.30 - 0.16 * likeness, 1.0, 0.6),
        "FineTune": power(0.20 - 0.11 * likeness, 3.0 - 1.2 * likeness, 0.5),
        "Scratch": power(0.11, 5.0, 0.5),
    }


COSTS = MappingProxyType(
    {"floor": 1.0, "Direct": 3.0, "Transfer": 5.0, "Scratch": 20.0, "FineTune": 60.0}
)


def _gap_is_held(field: Any, accuracy: Mapping[str, float]) -> bool:
    """Whether the posterior of the best deep start's gain over the floor holds the true one."""
    scores = {each.candidate: [o.score for o in each.outcomes] for each in field}
    best = max((name for name in scores if name != "floor"), key=lambda name: accuracy[name])
    gains = np.array(scores[best]) - np.array(scores["floor"])
    low, high = correlated_posterior(gains).interval(0.9)
    return low <= accuracy[best] - accuracy["floor"] <= high


def _crossing(generator: np.random.Generator, sizes: list[int]) -> tuple[dict[str, Curve], float]:
    low, high = np.log(sizes[0] * 1.3), np.log(sizes[-1] / 1.3)
    place = float(np.exp(generator.uniform(low, high)))
    floor, exponent = generator.uniform(0.05, 0.15), generator.uniform(0.3, 0.5)
    if generator.random() < 0.5:
        level = generator.uniform(0.2, 0.35)
        return {
            "Direct": lambda rows: level,
            "FineTune": meeting(lambda rows: level, place, floor, exponent),
        }, place
    frozen = power(generator.uniform(0.2, 0.3), 1.0, generator.uniform(0.5, 0.9))
    return {"Transfer": frozen, "FineTune": meeting(frozen, place, floor, exponent)}, place


def _overlapping(rows: int, seed: int) -> tuple[np.ndarray, Probabilities]:
    """Three classes around three points, 60, 30 and 10 %, and a model that is too sure."""
    generator = np.random.default_rng(seed)
    shares = np.array([0.6, 0.3, 0.1])
    truth = generator.choice(3, rows, p=shares)
    at = generator.normal(truth, 0.8)
    logits = np.log(shares) - 2.0 * (at[:, None] - np.arange(3)) ** 2
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    return truth[:, None], Probabilities(values=(chances / chances.sum(axis=1, keepdims=True),))


def _honest(rows: int, seed: int) -> tuple[np.ndarray, Probabilities]:
    generator = np.random.default_rng(seed)
    chances = generator.dirichlet(np.ones(3), size=rows)
    drawn = (generator.random((rows, 1)) > np.cumsum(chances, axis=1)).sum(axis=1)
    return drawn[:, None], Probabilities(values=(chances,))


def _too_sure(rows: int, seed: int) -> tuple[np.ndarray, Probabilities]:
    truth, answer = _honest(rows, seed)
    return truth, cool(answer, 0.4)


def _lopsided(rows: int, seed: int) -> tuple[np.ndarray, Probabilities]:
    generator = np.random.default_rng(seed)
    promised = generator.random(rows)
    happens = np.where(promised < 0.5, promised, 0.5 + 0.1 * (promised - 0.5))
    truth = (generator.random(rows) < happens).astype(int)
    return truth[:, None], Probabilities(values=(np.column_stack([1 - promised, promised]),))


def _prices(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers and their predictions, whose errors are a fifth of them."""
    generator = np.random.default_rng(seed)
    predicted = generator.lognormal(4, 1, rows)
    return predicted * (1 + 0.2 * generator.standard_normal(rows)), predicted


def _held(
    truth: np.ndarray, predicted: np.ndarray, knots: Any, new: np.ndarray, asked: np.ndarray
) -> np.ndarray:
    """Which new numbers lie in the intervals that the old ones taught."""
    errors = typical_errors(predicted, knots)
    band = residual_band(((truth - predicted) / errors)[:, None], np.zeros((len(truth), 1)))
    offsets = ((float(band.lower[0]), float(band.upper[0])),)
    known = Adjustment(band=offsets, difficulty=None if knots is None else (knots,))
    found = adjusted(Numbers(values=asked[:, None]), known)
    assert isinstance(found, Numbers)
    assert found.lower is not None
    assert found.upper is not None
    return np.asarray((new >= found.lower[:, 0]) & (new <= found.upper[:, 0]))


def _within(claim: str, measured: Any, low: float, high: float, draws: int) -> Record:
    value = float(measured)
    return {
        "claim": claim,
        "from": low,
        "to": high,
        "measured": float(f"{value:.3g}"),
        "draws": draws,
        "kept": bool(low <= value <= high),
    }


def _told(claim: str, measured: Any, draws: int) -> Record:
    """A number beside the others, of which nothing is claimed."""
    return {**_within(claim, measured, 0.0, 1.0, draws), "from": None, "to": None, "kept": None}


PARTS: Mapping[Callable[[int], list[Record]], int] = MappingProxyType(
    {
        sets: 200,
        intervals: 200,
        calibration: 100,
        answered: 100,
        t_test: 1000,
        alike: 200,
        truths: 20,
        crossings: 200,
    }
)


if __name__ == "__main__":
    main()
