"""Who won a challenge is trained on all open rows, delivered, and put beside the old model once.

Where nobody won, or there was no time to train the winner on all rows as the old model was, the old
model stays: a copy of it is what the new run answers with from its first moment on.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from headstart.delivery.adjustment import adjustment_from_plain
from headstart.delivery.folders import MANIFEST, read_manifest
from headstart.evaluation import Contender, Difference, Outcome, paired_difference
from headstart.evaluation.adoption import Duel, standings_of
from headstart.experiment import handover, learned
from headstart.experiment.arena import Arena
from headstart.experiment.challenge.contest import Challenge, Fought
from headstart.experiment.cross_validation import cross_validated_score
from headstart.experiment.deciding import decided
from headstart.experiment.looks import joint_level, look
from headstart.experiment.material import truth_of
from headstart.experiment.settled import LockedScore, Settled
from headstart.families import family
from headstart.records import Candidate, Direct, Prediction, Table, Verdict
from headstart.storage.folders import new_folder

_SECONDS_FOR_THE_END, _SHARE_FOR_THE_END = 6.0, 0.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Succession:
    """What became of a challenge.

    Attributes:
        adopted: None where the old model stays.
        old_test: of the old model, on the look that the new one had too.
        gain: of the new model over the old one on the locked rows.
        because: why the old model stays though somebody had won; else empty.
    """

    settled: Settled
    adopted: str | None
    old_test: LockedScore | None = None
    gain: Difference | None = None
    because: str = ""


def keep_the_old(model: Path, folder: Path) -> None:
    """A copy of the old model as the new run's, unless it stands there already."""
    if not (folder / MANIFEST).is_file() or read_manifest(folder) != read_manifest(model):
        with new_folder(folder) as fresh:
            shutil.copytree(model, fresh, dirs_exist_ok=True)


def succeed(
    arena: Arena,
    challenge: Challenge,
    fought: Fought,
    folder: Path,
    locked: Table | None,
    test: LockedScore | None,
) -> Succession:
    """Deliver the winner where there is one and it could learn from all rows.

    Args:
        folder: of the new run's model; a copy of the old one stands there.
        test: of the old model, as the earlier run found it.
    """
    champion = challenge.champion
    if fought.winner is None:
        return Succession(settled=_as_before(arena, challenge, fought, folder, test), adopted=None)
    weights = fought.teams[fought.winner]
    trained = fought.arenas.get(fought.winner, arena)
    refitted = handover.refit(trained, dict(weights), champion.rows, _keep(arena))
    if not refitted.is_refit and read_manifest(champion.model)["facts"].get("refitted"):
        because = (
            f"`{fought.winner}` was better, but there was no time to train it on all rows, as the "
            "old model was: give more --minutes"
        )
        settled = _as_before(arena, challenge, fought, folder, test)
        return Succession(settled=settled, adopted=None, because=because)
    contender = _contender(fought, fought.winner)
    outcome, positions = _pooled(arena, contender)
    as_it_is = isinstance(contender.start, Direct)
    adjustment = learned.adjustment(arena.material, outcome, as_it_is=as_it_is)
    handover.deliver(trained, refitted, folder, adjustment)
    verdict = _verdict(arena, challenge, fought, fought.winner)
    new, old, gain = _beside(arena, challenge, folder, locked)
    if locked is None:
        new = cross_validated_score(arena, fought.field, verdict.floor)
    elif new is not None and test is not None:
        floor = {"floor_score": test.floor_score, "floor_interval": test.floor_interval}
        new = replace(new, **floor)  # type: ignore[arg-type]
    settled = Settled(
        verdict=verdict,
        trials=arena.book.trials,
        weights=_shares(weights),
        folder=folder,
        refitted=refitted.is_refit,
        interrupted=arena.interrupted(),
        adjustment=adjustment,
        test=new,
        pooled=outcome,
        rows=positions,
    )
    return Succession(settled=settled, adopted=fought.winner, old_test=old, gain=gain)


def _as_before(
    arena: Arena, challenge: Challenge, fought: Fought, folder: Path, test: LockedScore | None
) -> Settled:
    """The old model and the old verdict, with the trials that did not change them."""
    champion = challenge.champion
    keep_the_old(champion.model, folder)  # a call before this one may have adopted another
    manifest = read_manifest(folder)
    outcome: Outcome | None = None
    positions: tuple[int, ...] = ()
    if fought.field and fought.field[0].candidate == champion.name:
        outcome, positions = _pooled(arena, fought.field[0])
    return Settled(
        verdict=champion.verdict,
        trials=arena.book.trials,
        weights=_shares(champion.members),
        folder=folder,
        refitted=bool(manifest["facts"].get("refitted")),
        interrupted=arena.interrupted(),
        adjustment=adjustment_from_plain(manifest["adjustment"]),
        test=test,
        pooled=outcome,
        rows=positions,
    )


def _beside(
    arena: Arena, challenge: Challenge, new: Path, locked: Table | None
) -> tuple[LockedScore | None, LockedScore | None, Difference | None]:
    """Both models on the locked rows, and how much better the new one is, row by row."""
    source = handover.source_of_locked(arena, locked)
    if locked is None or source is None:
        return None, None, None
    count = look(arena.book, new, challenge.origin)
    first = handover.answered(arena, new, source)
    second = handover.answered(arena, challenge.champion.model, source)
    if first is None or second is None:
        return None, None, None
    scores = [handover.locked_result(arena, each, locked, count) for each in (first, second)]
    return scores[0], scores[1], _gain(arena, first, second, locked, count)


def _gain(arena: Arena, new: Prediction, old: Prediction, locked: Table, looks: int) -> Difference:
    """How much better the new model is; one comparison for each look after the first."""
    task = arena.material.task
    truth, blocks, weights = truth_of(locked, task)
    return paired_difference(
        task.metric,
        truth,
        new,
        old,
        task,
        blocks=blocks,
        level=joint_level(looks - 1),
        seed=arena.seed,
        scale=arena.material.scale(),
        weights=weights,
    )


def _verdict(arena: Arena, challenge: Challenge, fought: Fought, winner: str) -> Verdict:
    """The old verdict with the new winner and who was compared with it."""
    assert fought.comparison is not None
    before = challenge.champion.verdict
    field = [
        decided(arena.material, each)
        for each in fought.field
        if fought.comparison.scores[each.candidate]
    ]
    standings = standings_of(fought.comparison, winner, field)
    won = next(each for each in fought.duels if each.candidate == winner)
    new = next(each for each in standings if each.candidate == winner)
    floors = {each.candidate for each in field if each.is_floor}
    floor = next((each for each in standings if each.candidate in floors), before.floor)
    return replace(
        before,
        winner=new,
        confidence="clear" if won.worth >= 0.9 else "leaning",
        tied=(),
        floor=floor,
        deep_worth_it=not all(_is_floor(each) for each in fought.teams[winner]),
        probability_best=won.worth,
        region=challenge.region,
        because=sentence(before, won),
        standings=tuple(standings),
    )


def sentence(before: Verdict, won: Duel) -> str:
    """Why the new candidate replaces the old one."""
    low, high = won.interval
    return (
        f"`{won.candidate}` replaces `{before.winner.candidate}`: its {before.metric} is better by "
        f"{won.gain:.4g} (90 %: {low:.4g} to {high:.4g}) on {won.draws} paired draws that chose "
        f"nothing; the probability that it is better at all is {won.better:.2f}."
    )


def _is_floor(candidate: Candidate) -> bool:
    return family(candidate.family).CARD.is_floor


def _contender(fought: Fought, name: str) -> Contender:
    return next(each for each in fought.field if each.candidate == name)


def _pooled(arena: Arena, contender: Contender) -> tuple[Outcome | None, tuple[int, ...]]:
    found = learned.pooled(arena.material, contender)
    if found is None:
        return None, ()
    outcome, positions = found
    return outcome, tuple(int(row) for row in np.asarray(positions))


def _shares(weights: Mapping[Candidate, float]) -> dict[str, float]:
    return {candidate.name: weight for candidate, weight in weights.items()}


def _keep(arena: Arena) -> float:
    """What the locked rows and the end need after the refit."""
    left = arena.purse.left()
    return 0.0 if arena.purse.counts_work else min(_SECONDS_FOR_THE_END, _SHARE_FOR_THE_END * left)
