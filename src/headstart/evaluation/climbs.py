"""What each start reached on each rung: the material of score against number of labels.

The best candidate of a start may be another one on each rung. The loss chooses it, not the score
that is shown, and a draw does not choose what it scores: each is scored with the candidate that the
other draws would choose, and the first one, which chose who was tried again, is set aside where
two others are there. A rung with a single draw keeps the optimism of having chosen on it.

`Direct` learns from no label, so its draws on all rungs are draws of one number.

Shapes: b resamples.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from headstart.records import Trial, control_of
from headstart.records.start import START_NAMES

Samples = Callable[[Trial], np.ndarray | None]
_Table = dict[int, Trial]
_FIRST_DRAW = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rung:
    """One start at one number of training rows.

    Attributes:
        candidate: the one that all draws together choose.
        scores: by draw.
        samples: the candidate's score on draw 0 when its validation rows are drawn anew, (b,), the
            same samples for all; None where they are unknown.
        is_cut: the clock ended a training early.
    """

    rows: int
    candidate: str
    scores: Mapping[int, float]
    samples: np.ndarray | None = None
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Climb:
    """A start, or the best floor, on the rungs that it reached, smallest first.

    Attributes:
        name: the start, or the floor's family.
        is_floor: it is the floor's climb.
        remark: what a reader of an answer about this start must know.
    """

    name: str
    rungs: tuple[Rung, ...]
    is_floor: bool = False
    learns: bool = True
    remark: str = ""


def climbs(
    trials: Sequence[Trial],
    *,
    floors: Collection[str],
    floor: str,
    cut: Collection[str] = (),
    samples: Samples = lambda trial: None,
) -> tuple[Climb, ...]:
    """One climb for each start with a finished trial, and one of the floor, which is the last.

    A start whose only candidates are floors has their climb, and says so.

    Args:
        floors: families that are floors.
        floor: the candidate that is the best floor.
        cut: ids of the trials that the clock ended early.
        samples: a trial's score on resampled validation rows; asked for draw 0 only.
    """
    done = [each for each in trials if each.status == "finished" and each.draw is not None]
    done = [each for each in done if control_of(each.start) is None]
    scored = [each for each in done if each.score is not None and each.loss is not None]
    sizes = sorted({each.rows for each in scored if each.rows})
    found = []
    for name in START_NAMES:
        mine = [each for each in scored if type(each.start).__name__ == name]
        deep = [each for each in mine if each.family not in floors]
        chosen = deep or [each for each in mine if each.candidate == floor] or mine
        if any(type(each.start).__name__ == name for each in done):
            climb = Climb(name=name, rungs=_rungs(chosen, cut, samples), remark=_remark(deep, mine))
            found.append(_level(climb, chosen, sizes, cut, samples) if name == "Direct" else climb)
    mine = [each for each in scored if each.candidate == floor]
    family = mine[0].family if mine else floor
    return (*found, Climb(name=family, rungs=_rungs(mine, cut, samples), is_floor=True))


def counted(draws: Collection[int]) -> list[int]:
    """The draws that score: without the first, which chose, where two others are there.

    Example:
        >>> counted([0, 1, 2]), counted([0, 1]), counted([0])
        ([1, 2], [0, 1], [0])
    """
    others = sorted(draw for draw in draws if draw != _FIRST_DRAW)
    return others if len(others) >= 2 else sorted(draws)


def _remark(deep: Sequence[Trial], mine: Sequence[Trial]) -> str:
    if deep or not mine:
        return ""
    return f"only floors were tried as `{type(mine[0].start).__name__}`"


def _rungs(trials: Sequence[Trial], cut: Collection[str], samples: Samples) -> tuple[Rung, ...]:
    sizes = sorted({each.rows for each in trials if each.rows})
    return tuple(
        _rung(size, [each for each in trials if each.rows == size], cut, samples) for size in sizes
    )


def _level(
    climb: Climb,
    trials: Sequence[Trial],
    sizes: Sequence[int],
    cut: Collection[str],
    samples: Samples,
) -> Climb:
    """The same on every rung, from the draws of all rungs."""
    if not trials:
        return climb
    once = _rung(sizes[0], trials, cut, samples)
    rungs = tuple(replace(once, rows=size, is_cut=False) for size in sizes)
    return replace(climb, rungs=rungs, learns=False)


def _rung(rows: int, trials: Sequence[Trial], cut: Collection[str], samples: Samples) -> Rung:
    tables: dict[str, _Table] = {}
    for trial in trials:
        assert trial.draw is not None
        tables.setdefault(trial.candidate, {}).setdefault(trial.draw, trial)
    most = max(len(table) for table in tables.values())
    repeated = {name: table for name, table in tables.items() if len(table) == most}
    best = _chosen(repeated, without=None)
    scores = {draw: _score(repeated[_chosen(repeated, draw)], draw) for draw in repeated[best]}
    first = repeated[best].get(_FIRST_DRAW)
    return Rung(
        rows=rows,
        candidate=best,
        scores=scores,
        samples=None if first is None else samples(first),
        is_cut=any(trial.id in cut for trial in repeated[best].values()),
    )


def _chosen(tables: Mapping[str, _Table], without: int | None) -> str:
    """The least mean loss over the draws that all have, but for one; the first of equals."""
    shared = set.intersection(*[set(table) for table in tables.values()])
    others = shared - {without} or shared

    def loss(name: str) -> float:
        table = tables[name]
        return float(np.mean([table[draw].loss for draw in others or table]))

    able = [name for name in tables if without is None or without in tables[name]]
    return min(able, key=loss)


def _score(table: _Table, draw: int) -> float:
    score = table[draw].score
    assert score is not None
    return score
