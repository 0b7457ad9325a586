"""What the linear floors share: one weight a design column, the penalty found on rows held out.

The L2 penalty is the best of a path, from strong to weak; the last fit is on all rows. A design
matrix may be dense or sparse.

Shapes: n rows, p design columns, k columns of scores (classes, one for two classes, targets).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from headstart.features.outcomes import Curve, Outcome, outcome_from_plain, outcomes
from headstart.features.targets import row_weights
from headstart.records import Numbers, Prediction, Probabilities, Table, Task
from headstart.session import Session
from headstart.training.descent import Descent, Design, Loss, Problem, chances, logistic, squares

_FEWEST_FOR_HOLDOUT = 40
_COARSER = 10.0  # a penalty is chosen long before its fit is exact
_PENALTIES = (1000.0, 100.0, 10.0, 1.0, 0.1, 0.01)


class Limits(Protocol):
    """Settings that every linear floor has.

    Attributes:
        penalty: given, or None: then it is found.
        rounds: most steps of the solver for one penalty.
        held_out: share of the rows held out to choose the penalty.
        tolerance: largest slope at which a fit ends.
    """

    @property
    def penalty(self) -> float | None: ...
    @property
    def rounds(self) -> int: ...
    @property
    def held_out(self) -> float: ...
    @property
    def tolerance(self) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Head:
    """The weights for one target, shape (p + 1, k), the last row the intercept.

    Attributes:
        penalty: the one that was chosen, in rows.
    """

    outcome: Outcome
    weights: np.ndarray
    penalty: float

    def values(self, design: Design) -> np.ndarray:
        """Probabilities (n, c), or numbers (n,)."""
        scores = design @ self.weights[:-1] + self.weights[-1]
        if self.outcome.is_constant:
            return self.outcome.values(None, design.shape[0])
        answer = chances(scores) if self.outcome.classes else scores[:, 0]
        return self.outcome.values(answer, design.shape[0])


def describe_heads(heads: Sequence[Head]) -> dict[str, Any]:
    """Penalties, weights and learning rule of the linear floors, for `describe`."""
    chances_of = any(head.outcome.classes for head in heads)
    loss = "log loss" if chances_of else "squared error (least squares)"
    links = ["logistic" if head.weights.shape[1] == 1 else "softmax" for head in heads]
    return {
        "settings": {"penalty": float(np.mean([head.penalty for head in heads]))},
        "parameters": sum(head.weights.size for head in heads),
        "learning_rule": f"L-BFGS on the {loss} with an L2 penalty, chosen on rows held out",
        "nonlinearities": list(dict.fromkeys(links)) if chances_of else [],
        "depth": 1,
        "layers": [
            {
                "name": f"target {place}",
                "kind": "linear",
                "parameters": head.weights.size,
                "output": (head.outcome.classes or 1,),
            }
            for place, head in enumerate(heads)
        ],
    }


def fit_heads(
    design: Design, task: Task, data: Table, settings: Limits, session: Session
) -> tuple[Head, ...]:
    """The weights for each target; the last design column is 1, for the intercept."""
    weights = row_weights(data)
    problem = Problem(design=design, weights=np.ones(len(data)) if weights is None else weights)
    parts = _parts(problem, task, data, settings, session)
    found, truth = outcomes(data, task)
    curve = Curve(session, found)
    heads = []
    for place, outcome in enumerate(found):
        steps = Steps(settings=settings, session=session, curve=curve, place=place)
        heads.append(_fit_head(outcome, outcome.labels(truth[:, place]), problem, parts, steps))
    return tuple(heads)


def answer(heads: Sequence[Head], designs: Iterable[Design]) -> Prediction:
    """Probabilities or numbers, from the design matrix in blocks of rows, at least one."""
    blocks = [[head.values(design) for head in heads] for design in designs]
    values = tuple(np.concatenate(column) for column in zip(*blocks, strict=True))
    if heads[0].outcome.classes:
        return Probabilities(values=values)
    return Numbers(values=np.stack(values, axis=1))


def heads_to_plain(heads: Sequence[Head]) -> list[dict[str, Any]]:
    """What is not an array, for JSON."""
    return [{"outcome": asdict(head.outcome), "penalty": head.penalty} for head in heads]


def heads_to_arrays(heads: Sequence[Head]) -> dict[str, np.ndarray]:
    """The weights by the name that they have in a file."""
    return {f"weights.{place}": head.weights for place, head in enumerate(heads)}


def heads_from_plain(
    plain: Sequence[dict[str, Any]], arrays: Mapping[str, np.ndarray]
) -> tuple[Head, ...]:
    """The heads that `heads_to_plain` and `heads_to_arrays` wrote."""
    return tuple(
        Head(
            outcome=outcome_from_plain(head["outcome"]),
            weights=arrays[f"weights.{place}"],
            penalty=head["penalty"],
        )
        for place, head in enumerate(plain)
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """A division of the rows: one side to fit, with its Gram matrix, and one to choose on."""

    fitted: np.ndarray
    checked: np.ndarray
    problem: Problem
    gram: np.ndarray
    check: Problem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """The steps of the solver for one target, counted and reported by the session."""

    settings: Limits
    session: Session
    curve: Curve
    place: int

    @property
    def have_ended(self) -> bool:
        return self.session.stopped_by is not None

    def take(self, descent: Descent, weights: np.ndarray, tolerance: float) -> np.ndarray:
        """Descend until no slope is above the tolerance or the session has ended."""
        return descent.run(weights, self.settings.rounds, tolerance, self._after)

    def _after(self, value: float) -> bool:
        self.curve.report(self.place, value)
        return self.session.go_on()


def _parts(
    problem: Problem, task: Task, data: Table, settings: Limits, session: Session
) -> list[Part]:
    """Divisions on which a penalty is chosen: several on few rows, where one would be luck."""
    from headstart.intake.splits import holdout

    if settings.penalty is not None or len(data) < _FEWEST_FOR_HOLDOUT:
        return []
    repeats = 5 if len(data) < 1_000 else 3 if len(data) < 5_000 else 1
    parts = []
    for repeat in range(repeats):
        fitted, checked = holdout(data, task, settings.held_out, session.seed + repeat)
        if len(fitted) and len(checked):
            ours = problem.rows(fitted)
            parts.append(
                Part(
                    fitted=fitted,
                    checked=checked,
                    problem=ours,
                    gram=ours.gram(),
                    check=problem.rows(checked),
                )
            )
    return parts


def _fit_head(
    outcome: Outcome,
    truth: np.ndarray,
    problem: Problem,
    parts: list[Part],
    steps: Steps,
) -> Head:
    """The weights for one target, at the penalty that is best on the rows held out."""
    loss = logistic if outcome.classes else squares
    labels = _score_columns(outcome, truth)
    weights = np.zeros((problem.design.shape[1], labels.shape[1]))
    penalty = steps.settings.penalty or 1.0
    if outcome.is_constant:
        steps.curve.report(steps.place, 0.0)
        return Head(outcome=outcome, weights=weights, penalty=penalty)
    if parts:
        penalty, weights = _choose(loss, labels, parts, weights, steps)
    if not steps.have_ended:
        descent = Descent(loss, problem, problem.gram(), labels, penalty)
        weights = steps.take(descent, weights, steps.settings.tolerance)
    return Head(outcome=outcome, weights=weights, penalty=penalty)


def _score_columns(outcome: Outcome, truth: np.ndarray) -> np.ndarray:
    """Labels per column of scores, shape (n, k): one column for a number and for two classes."""
    if not outcome.classes or len(outcome.present) == 2:
        return truth[:, None]
    return np.asarray(truth[:, None] == np.arange(len(outcome.present)), dtype=np.float64)


def _choose(
    loss: Loss,
    labels: np.ndarray,
    parts: list[Part],
    start: np.ndarray,
    steps: Steps,
) -> tuple[float, np.ndarray]:
    """The best penalty of the path, and the weights found with it on the first part."""
    best = (np.inf, _PENALTIES[0], start)
    found = [start] * len(parts)
    for penalty in _PENALTIES:
        held_out = []
        for place, part in enumerate(parts):
            descent = Descent(loss, part.problem, part.gram, labels[part.fitted], penalty)
            coarse = _COARSER * steps.settings.tolerance
            found[place] = steps.take(descent, found[place], coarse)
            scores = part.check.design @ found[place]
            held_out.append(loss(scores, labels[part.checked], part.check.weights)[0])
            if steps.have_ended:
                break
        if np.mean(held_out) < best[0]:
            best = (float(np.mean(held_out)), penalty, found[0])
        elif np.mean(held_out) > 1.001 * best[0]:
            break
        if steps.have_ended:
            break
    return best[1], best[2]
