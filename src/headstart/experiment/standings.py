"""Who stands where: what the book's trials say of the candidates on each rung."""

import math
from collections.abc import Sequence

from headstart.experiment.arena import Arena
from headstart.families import family
from headstart.records import Candidate, Trial, control_of


def is_floor(candidate: Candidate) -> bool:
    """Whether a candidate's family is a floor."""
    return family(candidate.family).CARD.is_floor


def losses(arena: Arena, rows: int, draw: int = 0) -> dict[str, float]:
    """Loss of each candidate that finished on a rung."""
    found = {}
    for trial in arena.book.trials:
        here = (trial.rows, trial.draw) == (rows, draw) and control_of(trial.start) is None
        if here and trial.loss is not None:
            found[trial.candidate] = trial.loss
    return found


def best_of_starts(field: Sequence[Candidate], loss: dict[str, float]) -> list[Candidate]:
    """The best candidate of each start among those that are no floors."""
    best: dict[str, Candidate] = {}
    for candidate in sorted(field, key=lambda each: loss.get(each.name, float("inf"))):
        if not is_floor(candidate):
            best.setdefault(type(candidate.start).__name__, candidate)
    return list(best.values())


def final_rows(trials: Sequence[Trial]) -> int:
    """The rung that decides: the largest on which a candidate that is no floor has finished.

    A floor that came further, and does better there than any of them below, decides alone: what
    they would do with as many rows nobody has seen. Where nothing else has finished, floors decide.
    """
    done = [each for each in trials if each.loss is not None and each.draw is not None]
    deep = [each for each in done if not family(each.family).CARD.is_floor and each.rows]
    reached = max([each.rows or 0 for each in deep or done], default=0)
    known = _first_losses(deep, reached)
    above = [each for each in done if each not in deep and (each.rows or 0) > reached]
    better = [
        each
        for each in above
        if each.draw == 0 and (each.loss or 0.0) < min(known, default=-math.inf)
    ]
    return max([each.rows or 0 for each in better], default=reached)


def _first_losses(trials: Sequence[Trial], rows: int) -> list[float]:
    """Losses of the first draw on a rung."""
    return [
        each.loss
        for each in trials
        if (each.rows, each.draw) == (rows, 0) and each.loss is not None
    ]


def behind(arena: Arena, field: Sequence[Candidate], best: Candidate) -> dict[str, float]:
    """How far each lay behind `best` on the largest rung that both have finished, as a share of the
    loss of `best`; negative where it lay before it.
    """
    by_rung: dict[int, dict[str, float]] = {}
    for trial in arena.book.trials:
        if trial.draw == 0 and trial.rows and trial.loss is not None:
            by_rung.setdefault(trial.rows, {})[trial.candidate] = trial.loss
    found: dict[str, float] = {}
    for _, loss in sorted(by_rung.items()):
        if best.name in loss:
            scale = max(abs(loss[best.name]), 1e-9)
            known = [each.name for each in field if each.name in loss]
            found |= {name: (loss[name] - loss[best.name]) / scale for name in known}
    return found
