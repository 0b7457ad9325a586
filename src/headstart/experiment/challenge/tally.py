"""A challenge as plain records: what each action came to, and the old and the new model."""

from __future__ import annotations

from pathlib import Path

from headstart.evaluation.adoption import FEWEST_DRAWS, Duel
from headstart.experiment.arena import Arena
from headstart.experiment.challenge.contest import Challenge, Fought
from headstart.experiment.challenge.succession import Succession
from headstart.experiment.settled import LockedScore
from headstart.records import Trial
from headstart.records.adjusted import Adjusted, Attempted, Ending, OnLocked, Side
from headstart.records.verdict import Interval


def tally(
    arena: Arena,
    challenge: Challenge,
    fought: Fought,
    succession: Succession,
    run: Path,
    lacking: str = "",
) -> Adjusted:
    """What `adjust --apply` came to.

    Args:
        run: the earlier run's folder, as the person named it.
        lacking: why there was no search, where its library is not here.
    """
    before, verdict = challenge.champion, challenge.champion.verdict
    locked = succession.settled.test if succession.adopted else None
    after = None
    if succession.adopted is not None:
        after = _side(fought, succession.adopted, locked if succession.gain else None)
    old = _side(fought, before.name, succession.old_test)
    return Adjusted(
        run=str(run),
        adopted=succession.adopted,
        metric=verdict.metric,
        direction=verdict.direction,
        region=challenge.region,
        draws=max((each.draws for each in fought.duels), default=0),
        before=old or _as_told(challenge),
        after=after,
        tried=(*_tried(arena, challenge, fought, succession), *_lacking(lacking)),
        searched=fought.searched,
        because=_because(arena, fought, succession),
        test=None if succession.gain is None or locked is None else _locked(succession, locked),
    )


def _lacking(because: str) -> list[Attempted]:
    if not because:
        return []
    return [Attempted(action="search", candidate="", because=because, ending="not installed")]


def _tried(
    arena: Arena, challenge: Challenge, fought: Fought, succession: Succession
) -> list[Attempted]:
    """Compared ones first, by their gain, then those that came to no comparison."""
    found = []
    for each in fought.duels:
        adopted = each.candidate == succession.adopted
        ending: Ending = "adopted" if adopted else "better" if each.is_won else "not better"
        found.append(_attempted(fought, each.candidate, ending, each))
    for name in fought.left_behind:
        found.append(_attempted(fought, name, _ending(arena, challenge, fought, name), None))
    return found


def _attempted(fought: Fought, name: str, ending: Ending, duel: Duel | None) -> Attempted:
    about = {
        "action": fought.actions[name],
        "candidate": name,
        "because": fought.because[name],
        "ending": ending,
    }
    if duel is None:
        return Attempted(**about)  # type: ignore[arg-type]
    return Attempted(
        **about,  # type: ignore[arg-type]
        draws=duel.draws,
        gain=duel.gain,
        interval=duel.interval,
        better=duel.better,
        worth=duel.worth,
    )


def _ending(arena: Arena, challenge: Challenge, fought: Fought, name: str) -> Ending:
    """Why somebody came to no paired draw."""
    rows = challenge.champion.rows
    trials: list[Trial | None] = [
        arena.book.find(each.name, rows, 0) for each in fought.teams[name]
    ]
    if any(trial is None or trial.cause == "timeout" for trial in trials):
        return "no time"
    if any(trial is not None and trial.status == "failed" for trial in trials):
        return "failed"
    return "left behind"


def _side(fought: Fought, name: str, test: LockedScore | None) -> Side | None:
    """A model on the paired draws; None where nothing was compared."""
    comparison = fought.comparison
    if comparison is None or not comparison.scores.get(name):
        return None
    score = comparison.placed(name, name)
    contender = next(each for each in fought.field if each.candidate == name)
    return Side(
        candidate=name,
        score=score,
        interval=comparison.interval(name, score),
        cost=contender.cost,
        test=None if test is None else test.score,
        test_interval=None if test is None else test.interval,
    )


def _as_told(challenge: Challenge) -> Side:
    """The old model as its own verdict has it."""
    winner = challenge.champion.verdict.winner
    return Side(
        candidate=winner.candidate,
        score=winner.score,
        interval=winner.interval,
        cost=winner.cost,
    )


def _locked(succession: Succession, locked: LockedScore) -> OnLocked:
    assert succession.gain is not None
    interval: Interval = succession.gain.interval
    return OnLocked(gain=succession.gain.gain, interval=interval, looks=locked.looks)


def _because(arena: Arena, fought: Fought, succession: Succession) -> str:
    """The end in a sentence."""
    if succession.adopted is not None:
        return succession.settled.verdict.because
    if succession.because:
        return succession.because
    stays = "the old model stays"
    if arena.interrupted():
        return f"it was stopped before the comparison was over: {stays}"
    if not fought.teams:
        return f"there was nothing that could be tried: {stays}"
    if not fought.duels:
        return f"nothing that was tried came to a paired draw: {stays}; more --minutes may help"
    best = fought.duels[0]
    if best.draws < FEWEST_DRAWS:
        draws = "1 paired draw" if best.draws == 1 else f"{best.draws} paired draws"
        return f"there was time for {draws}, and {FEWEST_DRAWS} are needed: {stays}"
    return (
        f"nothing was measurably better on {best.draws} paired draws: {stays}; the best, "
        f"`{best.candidate}`, is better with a probability of {best.better:.2f}"
    )
