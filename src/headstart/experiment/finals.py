"""The finalists and the floors on paired draws, and the blend of their answers.

A draw is a random split, an initialisation and an order of rows, the same for all. Blend weights
are learned on other draws than they are scored on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from headstart import metrics
from headstart.delivery.combining import combine, select, stack
from headstart.evaluation import Contender, Outcome, blend_weights
from headstart.experiment.arena import Arena
from headstart.experiment.attempt import Attempt
from headstart.experiment.pool import attempt_each, side_by_side
from headstart.experiment.standings import is_floor
from headstart.records import Candidate, Direct, Prediction, Scratch, Start, Trial

BLEND = "blend"
_SMALLEST_WEIGHT = 0.04
_LEAST_AMOUNT = 3.0
_SURPLUS = 1.15  # trials vary
_FEWEST_LEFT = 2


def run(
    arena: Arena,
    finalists: Sequence[Candidate],
    floors: Sequence[Candidate],
    rows: int,
    keep: float,
) -> None:
    """Draw after draw for everyone, while a whole draw fits into what is left above `keep`.

    Where it no longer fits, those who cost most stay out from then on, as long as two are left
    beside the floors: draws without the dearest tell more than no draws.
    """
    field = list(finalists)
    for draw in range(arena.most_draws):
        left = _affordable(arena, field, floors, rows, draw, arena.purse.left() - keep)
        if arena.interrupted() or left is None:
            return
        field = left
        missing = _missing(arena, [*floors, *field], rows, draw)
        attempt_each(arena, _draw(arena, missing, rows, draw))


def price(
    arena: Arena,
    finalists: Sequence[Candidate],
    floors: Sequence[Candidate],
    rows: int,
    keep: float,
) -> float:
    """What the draws that fit above `keep` are expected to cost."""
    field, total, most = list(finalists), 0.0, arena.purse.left() - keep
    for draw in range(arena.most_draws):
        left = _affordable(arena, field, floors, rows, draw, most - total)
        if left is None:
            break
        field = left
        total += _price_of_draw(arena, [*floors, *field], rows, draw)
    return total


def _affordable(
    arena: Arena,
    field: Sequence[Candidate],
    floors: Sequence[Candidate],
    rows: int,
    draw: int,
    most: float,
) -> list[Candidate] | None:
    """The finalists whose draw fits into `most`; None where too few would be left.

    The first draw is for everyone or nobody: who is not in it could not be compared at all.
    """
    left = list(field)
    while _SURPLUS * _price_of_draw(arena, [*floors, *left], rows, draw) > most:
        if draw == 0 or len(left) <= _FEWEST_LEFT:
            return None
        left.remove(max(left, key=lambda each: arena.expected(each, rows, draw)))
    return left


def _price_of_draw(arena: Arena, field: Sequence[Candidate], rows: int, draw: int) -> float:
    return side_by_side(arena, _missing(arena, field, rows, draw), rows, draw)


def contenders(arena: Arena, field: Sequence[Candidate], rows: int) -> list[Contender]:
    """What the verdict compares: each candidate's answers on its draws, and its price."""
    found = []
    for candidate in field:
        trials = [
            trial
            for trial in arena.book.trials
            if trial.candidate == candidate.name and trial.rows == rows
        ]
        outcomes = [outcome for trial in trials if (outcome := arena.outcome(trial)) is not None]
        if outcomes:
            found.append(
                Contender(
                    candidate=candidate.name,
                    family=candidate.family,
                    start=candidate.start,
                    is_floor=is_floor(candidate),
                    cost=_cost(arena, trials),
                    outcomes=tuple(outcomes),
                    prior=candidate.prior,
                )
            )
    return found


def blend(arena: Arena, members: Sequence[Contender]) -> tuple[Contender, dict[str, float]] | None:
    """The weighted mean of the members as a contender of its own, with the weights of all draws.

    None where fewer than two members share a draw or the weights fall on one of them.
    """
    draws = sorted(set.intersection(*[{o.draw for o in each.outcomes} for each in members]))
    answers = {
        each.candidate: {outcome.draw: outcome for outcome in each.outcomes} for each in members
    }
    if len(members) < 2 or not draws:
        return None
    weights = _weights(arena, answers, draws)
    if len(weights) < 2:
        return None
    outcomes = tuple(_blended(arena, answers, draw, draws) for draw in draws)
    used = [each for each in members if each.candidate in weights]
    blended = Contender(
        candidate=BLEND,
        family=BLEND,
        start=start_of(used, weights),
        is_floor=False,
        cost=sum(each.cost for each in used),
        outcomes=outcomes,
        members=weights,
    )
    return blended, weights


def start_of(members: Sequence[Contender], weights: Mapping[str, float]) -> Start:
    """The start of a blend: that of its heaviest member that learns from labels."""
    learning = [each for each in members if not isinstance(each.start, Direct)]
    if not learning:
        return Scratch()
    return max(learning, key=lambda each: weights[each.candidate]).start


def book_blend(arena: Arena, contender: Contender, rows: int, because: str) -> None:
    """A blend's draws are rows beside the trials of its members."""
    for outcome in contender.outcomes:
        key = (BLEND, rows, outcome.draw)
        if arena.book.find(*key) is None and arena.book.recall(*key) is None:
            trial = Trial(
                id=arena.book.begin(*key),
                candidate=BLEND,
                family=BLEND,
                start=contender.start,
                status="finished",
                rows=rows,
                draw=outcome.draw,
                score=outcome.score,
                because=because,
            )
            arena.book.end(trial)


def _draw(arena: Arena, field: Sequence[Candidate], rows: int, draw: int) -> Iterator[Attempt]:
    for candidate in field:
        amount = 2.0 * arena.expected(candidate, rows, draw) + _LEAST_AMOUNT
        within = min(amount, arena.purse.left())
        yield Attempt(candidate=candidate, rows=rows, draw=draw, amount=within)


def _missing(arena: Arena, field: Sequence[Candidate], rows: int, draw: int) -> list[Candidate]:
    return [each for each in field if arena.book.find(each.name, rows, draw) is None]


Answers = Mapping[str, Mapping[int, Outcome]]


def _blended(arena: Arena, answers: Answers, draw: int, draws: Sequence[int]) -> Outcome:
    """The blend on one draw, with weights from the others; a lone draw is halved instead."""
    others = [other for other in draws if other != draw]
    mine = {name: by_draw[draw] for name, by_draw in answers.items()}
    one = next(iter(mine.values()))
    if others:
        weights = _weights(arena, answers, others)
        prediction = _mixed(mine, weights)
    else:
        prediction = _halved(arena, mine)
    task, truth = arena.material.task, one.truth
    scale = arena.material.scale()
    score = metrics.score(task.metric, truth, prediction, task, weights=one.weights, scale=scale)
    return replace(one, score=score, prediction=prediction)


def _halved(arena: Arena, mine: Mapping[str, Outcome]) -> Prediction:
    """Each half of the rows answered with weights that the other half taught."""
    one = next(iter(mine.values()))
    assert one.truth is not None
    halves = np.arange(len(one.truth)) % 2
    answered = []
    for half in (0, 1):
        learn, score = np.flatnonzero(halves != half), np.flatnonzero(halves == half)
        weights = blend_weights(
            {name: select(each.prediction, learn) for name, each in mine.items()},
            one.truth[learn],
            arena.material.task,
            weights=_that_count(one.weights, learn),
            scale=arena.material.scale(),
        )
        parts = {name: select(each.prediction, score) for name, each in mine.items()}
        answered.append(combine([parts[name] for name in weights], list(weights.values())))
    order = np.argsort(np.concatenate([np.flatnonzero(halves == half) for half in (0, 1)]))
    return select(stack(answered), order)


def _that_count(weights: np.ndarray | None, rows: np.ndarray) -> np.ndarray | None:
    """The weights of some rows; None where none of these rows counts."""
    return None if weights is None or not weights[rows].any() else weights[rows]


def _weights(arena: Arena, answers: Answers, draws: Sequence[int]) -> dict[str, float]:
    """Weights over the members from some draws; the tiny ones are left out."""
    first = next(iter(answers.values()))
    truth = np.concatenate([first[draw].truth for draw in draws])  # type: ignore[misc]
    pooled = {
        name: stack([by_draw[draw].prediction for draw in draws])
        for name, by_draw in answers.items()
    }
    row_weights = [each for draw in draws if (each := first[draw].weights) is not None]
    heavy = np.concatenate(row_weights) if row_weights else None
    task, scale = arena.material.task, arena.material.scale()
    weights = blend_weights(pooled, truth, task, weights=heavy, scale=scale)
    kept = {name: weight for name, weight in weights.items() if weight >= _SMALLEST_WEIGHT}
    total = sum(kept.values())
    return {name: weight / total for name, weight in kept.items()}


def _mixed(mine: Mapping[str, Outcome], weights: Mapping[str, float]) -> Prediction:
    return combine([mine[name].prediction for name in weights], list(weights.values()))


def _cost(arena: Arena, trials: Sequence[Trial]) -> float:
    """CPU seconds to train and to predict 10,000 rows; work units under a budget of steps."""
    done = [trial for trial in trials if trial.status == "finished"]
    if arena.purse.counts_work:
        return float(np.mean([trial.work for trial in done]))
    return float(np.mean([trial.cpu_seconds + trial.predict_seconds for trial in done]))
