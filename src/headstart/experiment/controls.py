"""Control arms: the leading candidate that began from a checkpoint, again without what was learned.

Two candidates more, which nobody may deliver: the same network from random weights, and from the
checkpoint's own in a random order. Each passes the rows as often as the leader did, on the same
draws, with all of it learning at the pace that suits weights which know nothing. They take no part
in the verdict; they are beside it, to say what the weights were worth.

They are trained when the finals are over: where they were asked for, time is kept for them; else
only where enough draws fit into what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, get_args

from headstart import weights
from headstart.evaluation import weigh
from headstart.experiment import finals
from headstart.experiment.arena import Arena
from headstart.experiment.attempt import Attempt
from headstart.experiment.deciding import decided
from headstart.experiment.pool import attempt_each, side_by_side
from headstart.families import family
from headstart.records import Candidate, Estimate, FineTune, Transfer, Verdict, control_of
from headstart.records.start import Control

FEWEST_DRAWS = 3
_MOST_DRAWS = 5
_MOST_KEPT = 0.5  # of what is left for draws
_SURPLUS = 1.15
_LEAST_AMOUNT = 3.0
_DEARER = 4.0  # all blocks learn, where of the leader only some did


def leading(arena: Arena, finalists: Sequence[Candidate]) -> Candidate | None:
    """The best finalist whose weights can be taken away; None where there is none."""
    return next((each for each in finalists if _can_be_controlled(arena, each)), None)


def arms(arena: Arena, leader: Candidate, rows: int) -> tuple[Candidate, ...]:
    """The leader from random weights, and from shuffled ones."""
    learns_all = isinstance(leader.start, Transfer) or leader.start == FineTune(
        checkpoints=leader.start.checkpoints
    )
    dearer = 1.0 if learns_all or arena.purse.counts_work else _DEARER
    price = dearer * arena.expected(leader, arena.material.rows)
    return tuple(
        replace(
            leader,
            name=f"{leader.name}.{control}",
            settings=_with_passes(arena, leader, rows),
            start=_controlled(leader, control),
            because=f"control: `{leader.name}` from {control} weights, to say what its own know",
            estimate=Estimate(seconds=price, megabytes=leader.estimate.megabytes),
        )
        for control in get_args(Control)
    )


def kept_for(arena: Arena, leader: Candidate | None, rows: int, keep: float) -> float:
    """What the finals leave for the arms, where they were asked for."""
    if leader is None:
        return 0.0
    return min(_price(arena, leader, rows), _MOST_KEPT * max(0.0, arena.purse.left() - keep))


def run(
    arena: Arena, leader: Candidate | None, rows: int, keep: float, *, is_asked: bool
) -> tuple[Candidate, ...]:
    """Both arms on the leader's draws, one draw after the other, above `keep`; the arms.

    Args:
        is_asked: whether fewer draws than tell anything may be begun.
    """
    if leader is None:
        return ()
    field = arms(arena, leader, rows)
    if not is_asked and _price(arena, leader, rows) > arena.purse.left() - keep:
        return field  # an earlier call may have trained them
    for draw in _draws(arena, leader, rows)[:_MOST_DRAWS]:
        missing = [each for each in field if arena.book.find(each.name, rows, draw) is None]
        needed = _SURPLUS * side_by_side(arena, missing, rows)
        if arena.interrupted() or needed > arena.purse.left() - keep:
            break
        attempt_each(arena, _draw(arena, missing, rows, draw))
    return field


def with_arms(
    arena: Arena, verdict: Verdict, leader: Candidate, field: Sequence[Candidate], rows: int
) -> Verdict:
    """The verdict with what the arms say of the leader's weights, where any arm was scored."""
    compared = {
        each.candidate: decided(arena.material, each)
        for each in finals.contenders(arena, [leader, *field], rows)
    }
    own = compared.pop(leader.name, None)
    if own is None or not compared:
        return verdict
    found = weigh(
        own,
        tuple(compared.values()),
        arena.material.task,
        verdict.region,
        scale=arena.material.scale(),
        seed=arena.seed,
    )
    if found is None:
        return verdict
    return replace(verdict, controls=found, because=f"{verdict.because} {found.because}")


def _can_be_controlled(arena: Arena, candidate: Candidate) -> bool:
    """Whether a candidate takes weights of a checkpoint that its family can also leave out.

    What goes on from an earlier run's model does not: its head, its columns and its scales were
    learned, too. Of tensors alone, put into a network for these rows, nothing else was.
    """
    start = candidate.start
    takes = isinstance(start, FineTune) or (
        isinstance(start, Transfer) and start.part in ("encoder", "tensors")
    )
    if not takes or not arena.material.task.has_rows or control_of(start):
        return False
    if not family(candidate.family).CARD.controls:
        return False
    if isinstance(start, Transfer) and start.part == "tensors":
        return True
    return not any(weights.at(name, arena.checkpoints[name]).is_run for name in start.checkpoints)


def _controlled(leader: Candidate, control: Control) -> FineTune | Transfer:
    assert isinstance(leader.start, FineTune | Transfer)
    return replace(leader.start, control=control)


def _with_passes(arena: Arena, leader: Candidate, rows: int) -> Any:
    """The leader's settings, with as many passes as its own fit came to."""
    for trial in arena.book.trials:
        if (trial.candidate, trial.rows, trial.status) == (leader.name, rows, "finished"):
            passes = dict(trial.settings).get("passes")
            if isinstance(passes, int):
                return replace(leader.settings, passes=passes)
    return leader.settings


def _price(arena: Arena, leader: Candidate, rows: int) -> float:
    """The fewest draws that tell anything, of both arms."""
    field = arms(arena, leader, rows)
    done = [
        arena.book.find(each.name, rows, draw) is not None
        for each in field
        for draw in range(FEWEST_DRAWS)
    ]
    missing = 1.0 - sum(done) / len(done)
    return missing * _SURPLUS * FEWEST_DRAWS * side_by_side(arena, field, rows)


def _draws(arena: Arena, leader: Candidate, rows: int) -> list[int]:
    """The draws that the leader was scored on."""
    return sorted(
        trial.draw
        for trial in arena.book.trials
        if (trial.candidate, trial.rows) == (leader.name, rows)
        and trial.draw is not None
        and trial.score is not None
    )


def _draw(arena: Arena, field: Sequence[Candidate], rows: int, draw: int) -> Iterator[Attempt]:
    for candidate in field:
        amount = 2.0 * arena.expected(candidate, rows) + _LEAST_AMOUNT
        yield Attempt(
            candidate=candidate, rows=rows, draw=draw, amount=min(amount, arena.purse.left())
        )
