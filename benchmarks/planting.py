"""Simulated outcomes whose truth is known: answers, contenders, and climbs of starts.

Nothing is trained. What a race would have measured is drawn at random around a truth that was
chosen before, with the luck that races have: of the rows that are checked, which all contenders
share in part, and of the training, which each has for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from headstart.evaluation import Climb, Contender, Outcome, Rung
from headstart.metrics import score
from headstart.records import Probabilities, Scratch, Task

BINARY = Task(kind="classification", targets=("y",), classes=(("no", "yes"),), metric="accuracy")
TRAINING_LUCK = 0.006  # of accuracy, from one training to the next
ALIKE = 0.7  # share of the rows on which contenders succeed and fail together
OVERLAP = 0.2  # correlation of the luck of two draws on the same rung
Curve = Callable[[float], float]


def power(floor: float, gain: float, exponent: float) -> Curve:
    """The error floor + gain * rows ** -exponent.

    >>> round(power(0.1, 1.0, 0.5)(100), 3)
    0.2
    """
    return lambda rows: floor + gain * rows**-exponent


def meeting(curve: Curve, rows: float, floor: float, exponent: float) -> Curve:
    """A power law with this floor and exponent that meets the curve at a number of rows."""
    return power(floor, (curve(rows) - floor) * rows**exponent, exponent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """A contender whose true accuracy is known."""

    name: str
    accuracy: float
    cost: float
    is_floor: bool = False


def contenders(
    players: Sequence[Player], seed: int, *, rows: int = 1000, draws: int = 6
) -> list[Contender]:
    """What a race would hand to the verdict: folds of repeated shuffles of the same rows."""
    generator = np.random.default_rng(seed)
    truth, ease = generator.integers(2, size=(rows, 1)), generator.random(rows)
    shuffles = [generator.permutation(rows) for _ in range(-(-draws // 5))]
    checks = [shuffles[draw // 5][draw % 5 :: 5] for draw in range(draws)]
    return [
        Contender(
            candidate=each.name,
            family=each.name,
            start=Scratch(),
            is_floor=each.is_floor,
            cost=each.cost,
            outcomes=tuple(
                _outcome(draw, check, truth, ease, each.accuracy, generator)
                for draw, check in enumerate(checks)
            ),
        )
        for each in players
    ]


def _outcome(
    draw: int,
    check: np.ndarray,
    truth: np.ndarray,
    ease: np.ndarray,
    accuracy: float,
    generator: np.random.Generator,
) -> Outcome:
    follows = generator.random(len(check)) < ALIKE
    here = np.where(follows, ease[check], generator.random(len(check)))
    right = here < accuracy + TRAINING_LUCK * generator.standard_normal()
    label = np.where(right, truth[check, 0], 1 - truth[check, 0])
    chance = 0.5 + (label - 0.5) * generator.uniform(0.2, 0.9, len(check))
    answer = Probabilities(values=(np.stack([1 - chance, chance], axis=1),))
    return Outcome(
        draw=draw,
        score=score(BINARY.metric, truth[check], answer, BINARY),
        truth=truth[check],
        prediction=answer,
        blocks=check,
    )


def climbs(
    curves: Mapping[str, Curve],
    seed: int,
    *,
    sizes: Sequence[int],
    draws: Mapping[int, int],
    checked: int,
) -> tuple[Climb, ...]:
    """Starts on their rungs: the luck of the validation rows is shared but for what is not alike.

    Args:
        curves: start -> error by rows; `Direct` learns nothing.
        checked: validation rows of a draw.
    """
    generator = np.random.default_rng(seed)
    shared = (0.2 * 0.8 * ALIKE / checked) ** 0.5 * generator.standard_normal(10)
    return tuple(
        _climb(name, curve, sizes, draws, shared, checked, generator)
        for name, curve in curves.items()
    )


def _luck(generator: np.random.Generator) -> np.ndarray:
    """Of ten draws, each of variance 1; they have a fifth in common, as folds share most rows."""
    common, own = generator.standard_normal(), generator.standard_normal(10)
    return np.asarray(OVERLAP**0.5 * common + (1 - OVERLAP) ** 0.5 * own)


def _climb(
    name: str,
    curve: Curve,
    sizes: Sequence[int],
    draws: Mapping[int, int],
    shared: np.ndarray,
    checked: int,
    generator: np.random.Generator,
) -> Climb:
    learns = name != "Direct"
    by_rows = (0.2 * 0.8 * (1 - ALIKE) / checked) ** 0.5
    once = by_rows * _luck(generator)
    rungs = []
    for rows in sizes:
        error = float(np.clip(curve(rows), 0.0, 1.0))
        own = by_rows * _luck(generator) if learns else once
        luck = 0.25 * (error * (1 - error) / rows) ** 0.5 * _luck(generator)
        scores = 1 - error + shared + own + (luck if learns else 0)
        many = draws[rows] if learns else max(draws.values())
        rungs.append(
            Rung(
                rows=rows,
                candidate=f"best of {name}",
                scores={draw: float(scores[draw]) for draw in range(many)},
                samples=1 - error + by_rows * generator.standard_normal(100),
            )
        )
    return Climb(name=name, rungs=tuple(rungs), learns=learns)
