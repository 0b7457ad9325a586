"""A run from candidates to a delivered model: race, draws, verdict, refit, locked score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from headstart.errors import NothingTrained
from headstart.evaluation import Contender, judge
from headstart.experiment import (
    controls,
    embeddings,
    finals,
    handover,
    learned,
    race,
    standings,
)
from headstart.experiment.account import note_compared, note_tested
from headstart.experiment.arena import Arena
from headstart.experiment.cross_validation import cross_validated_score
from headstart.experiment.deciding import decided
from headstart.experiment.ledger import Ledger
from headstart.experiment.picture import with_picture
from headstart.experiment.promotion import ENOUGH
from headstart.experiment.rungs import rungs
from headstart.experiment.settled import LockedScore, Settled
from headstart.records import Candidate, Direct, Refusal, Table, Trial, Verdict
from headstart.records.plain import plain

_SHARE_OF_DRAWS = 0.25
_SHARE_OF_REFIT = 0.15
_SECONDS_TO_SCORE = 4.0
_USUALLY_TO_SCORE, _MOST_TO_SCORE = 0.3, 0.6  # of what is left, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run is to try, and how it is to be judged.

    Attributes:
        locked: rows kept away from every trial, or None where there are too few.
        worth: the difference that counts, in units of the metric; None for the default.
        single: no blend.
        folder: of the delivered model.
        measures: whether the delivered model is scored, its columns are weighed, and it tells how
            new a row is.
        control: whether the leading transferred weights are weighed against random and shuffled
            ones, with time kept for it; else that happens where time is left.
    """

    candidates: tuple[Candidate, ...]
    refusals: tuple[Refusal, ...]
    locked: Table | None
    worth: float | None
    single: bool
    folder: Path
    measures: bool = True
    control: bool = False


def run(arena: Arena, plan: Plan) -> Settled:
    """Spend the purse and settle the question.

    Raises:
        NothingTrained: every trial failed.
        KeyboardInterrupt: the person wished to stop before a trial had finished.
    """
    for refusal in plan.refusals:
        arena.book.refuse(refusal)
    total, ledger = arena.purse.left(), Ledger(arena)
    plan = replace(plan, candidates=_with_layers(arena, plan))
    kept_back = (_SHARE_OF_DRAWS + _SHARE_OF_REFIT) * total
    ledger.begin("race", _price_of_race(arena, plan, total - kept_back))
    finalists = race.run(arena, plan.candidates, kept_back)
    _refuse_nothing(arena)
    keep = reserved(arena, plan, total)
    rows = race.final_rung(arena, finalists, keep)
    floors = [each for each in plan.candidates if standings.is_floor(each)]
    leader = controls.leading(arena, finalists) if plan.measures or plan.control else None
    kept = keep + (controls.kept_for(arena, leader, rows, keep) if plan.control else 0.0)
    ledger.begin("draws", finals.price(arena, finalists, floors, rows, kept))
    finals.run(arena, finalists, floors, rows, kept)
    if leader is not None:
        ledger.begin("controls", (kept - keep) or None)
    arms = controls.run(arena, leader, rows, keep, is_asked=plan.control)
    if arena.interrupted():
        arena.catch_up()
    rows = standings.final_rows(arena.book.trials)
    verdict, field, weights = _judge(arena, plan, finalists, floors, rows)
    if leader is not None:
        verdict = controls.with_arms(arena, verdict, leader, arms, rows)
    ledger.begin("refit", _price_of_refit(arena, plan, verdict, weights))
    settled = _hand_over(arena, plan, verdict, field, weights, rows)
    note_tested(arena.book, settled.test, 0 if plan.locked is None else len(plan.locked))
    arena.book.note({"type": "verdict", **plain(verdict)})
    return replace(settled, phases=ledger.phases())


def _refuse_nothing(arena: Arena) -> None:
    trials = arena.book.trials
    if standings.final_rows(trials) == 0:
        if arena.interrupted():
            raise KeyboardInterrupt
        raise NothingTrained(
            f"nothing could be trained: {_why_nothing(trials)}.",
            "Give more time with --minutes, or read the logs in the folder `trials` of the run.",
        )


def _why_nothing(trials: Sequence[Trial]) -> str:
    """The first three reasons; where time alone was short, who had too little of it."""
    failed = [each for each in trials if each.status == "failed"]
    if all(each.cause == "timeout" for each in failed):
        late = ", ".join(dict.fromkeys(each.candidate for each in failed))
        return "the budget ended before the first trial" + (
            f" was finished: {late}" if late else ""
        )
    return "; ".join(f"{each.candidate}: {each.because}" for each in failed[:3])


def _with_layers(arena: Arena, plan: Plan) -> tuple[Candidate, ...]:
    if not arena.material.task.has_rows:
        return plan.candidates
    return embeddings.probe_encoders(arena, plan.candidates, rungs(arena.material.rows)[0])


def _price_of_race(arena: Arena, plan: Plan, most: float) -> float | None:
    """Modelled in seconds alone: in work units it is known after the first rounds."""
    if arena.purse.counts_work:
        return None
    return min(race.price(arena, plan.candidates), most)


def _price_of_refit(
    arena: Arena, plan: Plan, verdict: Verdict, weights: Mapping[str, float]
) -> float:
    """The delivered members and the floor beside them, trained on every open row."""
    if not arena.material.task.has_rows:
        return 0.0
    winner = verdict.winner.candidate
    names = {*(weights if winner == finals.BLEND else [winner]), verdict.floor.candidate}
    chosen = [each for each in plan.candidates if each.name in names]
    return sum(arena.expected(each, arena.material.all_rows) for each in chosen)


def _judge(
    arena: Arena,
    plan: Plan,
    finalists: Sequence[Candidate],
    floors: Sequence[Candidate],
    rows: int,
) -> tuple[Verdict, dict[str, Contender], dict[str, float]]:
    """The verdict, every contender by name, and the weights of the blend if there is one."""
    compared = finals.contenders(arena, [*floors, *finalists], rows)
    weights: dict[str, float] = {}
    members = [each for each in compared if not each.is_floor]
    # After an interruption the draws are torn, and a row of the blend stays for the next call.
    may_blend = arena.material.task.has_rows and not plan.single and not arena.interrupted()
    if may_blend and len(members) > 1:
        blended = finals.blend(arena, members)
        if blended is not None and _can_be_refitted(arena, blended[1], plan, rows):
            contender, weights = blended
            shares = ", ".join(f"{name} {share:.0%}" for name, share in weights.items())
            finals.book_blend(arena, contender, rows, f"the finalists' answers averaged: {shares}")
            compared.append(contender)
    field = [decided(arena.material, each) for each in compared]
    note_compared(arena.book, field, rows)
    verdict = judge(
        field,
        arena.material.task,
        worth=plan.worth,
        scale=arena.material.scale(),
        seed=arena.seed,
    )
    return with_picture(arena, verdict), {each.candidate: each for each in compared}, weights


def _can_be_refitted(arena: Arena, weights: Mapping[str, float], plan: Plan, rows: int) -> bool:
    """Whether all members of a blend that were compared on a part of the rows can learn from all.

    Where the last rung was out of reach, the members' trials know a third of the rows, and a blend
    of which only the cheap member learns again is worse than the best of them trained alone.
    """
    if rows >= arena.material.rows:
        return True
    members = [each for each in plan.candidates if each.name in weights]
    price = sum(arena.expected(each, arena.material.all_rows) for each in members)
    return ENOUGH * price <= arena.purse.left() - _keep(arena, plan, weights)


def _hand_over(
    arena: Arena,
    plan: Plan,
    verdict: Verdict,
    field: Mapping[str, Contender],
    weights: Mapping[str, float],
    rows: int,
) -> Settled:
    by_name = {candidate.name: candidate for candidate in plan.candidates}
    winner = verdict.winner.candidate
    shares = dict(weights) if winner == finals.BLEND else {winner: 1.0}
    found = learned.pooled(arena.material, field[winner])
    outcome, positions = found if found is not None else (None, np.array([], dtype=np.int64))
    as_it_is = isinstance(verdict.winner.start, Direct)
    adjustment = learned.adjustment(arena.material, outcome, as_it_is=as_it_is)
    chosen = {by_name[name]: share for name, share in shares.items()}
    refitted = handover.refit(arena, chosen, rows, _keep(arena, plan, shares))
    handover.deliver(arena, refitted, plan.folder, adjustment, tells_novelty=plan.measures)
    test = _test(arena, plan, verdict, field, shares, rows) if plan.measures else None
    arena.catch_up()
    return Settled(
        verdict=verdict,
        trials=arena.book.trials,
        weights=shares,
        folder=plan.folder,
        refitted=refitted.is_refit,
        interrupted=arena.interrupted(),
        adjustment=adjustment,
        test=test,
        pooled=outcome,
        rows=tuple(int(row) for row in positions),
        importance=_importance(arena, shares, rows) if plan.measures else (),
    )


def reserved(arena: Arena, plan: Plan, total: float) -> float:
    """What the refit of likely winners needs, and the look at locked rows where that takes long."""
    leaders = race.leaders(arena, plan.candidates)
    looks = [_keep(arena, plan, [each.name]) for each in leaders] if plan.measures else []
    usual = max(_SECONDS_TO_SCORE, race.LEAST_RESERVED * total)
    return race.reserve(arena, leaders, total) + max(0.0, max(looks, default=0.0) - usual)


def _keep(arena: Arena, plan: Plan, names: Iterable[str]) -> float:
    """What the locked score and the importance need after the refit.

    A model without a score is worth little, so that an encoder with many locked rows before it may
    take more than half of what is left.
    """
    if arena.purse.counts_work:
        return 0.0
    locked = 0 if plan.locked is None else len(plan.locked)
    slowest = _slowest(arena.book.trials)
    answering = 1.5 * sum(slowest.get(name, 0.0) for name in names) * locked / 10_000
    left = arena.purse.left()
    most = max(_USUALLY_TO_SCORE * left, min(answering, _MOST_TO_SCORE * left))
    return min(_SECONDS_TO_SCORE + answering, most)


def _slowest(trials: Iterable[Trial]) -> dict[str, float]:
    """The longest that each candidate has taken to answer 10,000 rows."""
    found: dict[str, float] = {}
    for trial in trials:
        if trial.status == "finished":
            found[trial.candidate] = max(found.get(trial.candidate, 0.0), trial.predict_seconds)
    return found


def _test(
    arena: Arena,
    plan: Plan,
    verdict: Verdict,
    field: Mapping[str, Contender],
    shares: Mapping[str, float],
    rows: int,
) -> LockedScore | None:
    """The one look at locked rows; for small tables the corrected cross-validation instead."""
    if plan.locked is None and arena.material.task.has_rows:
        return cross_validated_score(arena, field.values(), verdict.floor)
    by_name = {candidate.name: candidate for candidate in plan.candidates}
    floor = by_name.get(verdict.floor.candidate)
    floor_folder = None
    if floor is not None and verdict.floor.candidate != verdict.winner.candidate:
        # The delivered model's score comes first: a floor is trained again only with time to spare.
        price = 3.0 * arena.expected(floor, arena.material.all_rows)
        again = handover.refit(arena, {floor: 1.0}, rows, price + _keep(arena, plan, shares))
        floor_folder = again.members[0][2]
    score = handover.locked_score(arena, plan.folder, floor_folder, plan.locked)
    if score is not None and floor_folder is None:
        return replace(score, floor_score=score.score, floor_interval=score.interval)
    return score


def _importance(
    arena: Arena, shares: Mapping[str, float], rows: int
) -> tuple[Mapping[str, object], ...]:
    """Permutation importance of the heaviest member, on rows that it did not learn from."""
    if not isinstance(arena.material.data, Table) or arena.interrupted():
        return ()
    heaviest = max(shares, key=lambda name: shares[name])
    trial = handover.best_trial(arena, heaviest, rows)
    assert trial.draw is not None
    seconds = 10.0 if arena.purse.counts_work else min(10.0, arena.purse.left() - 0.5)
    if seconds < 0.3:
        return ()
    job = {
        "op": "importance",
        "cache": str(arena.vectors),
        "model": str(arena.model_folder(trial)),
        "data": arena.material.checking(trial.draw),
        "seed": arena.seed,
        "seconds": None if arena.purse.counts_work else 0.7 * seconds,
    }
    result = arena.ask(job if arena.purse.counts_work else {**job, "no_later_than": seconds})
    return tuple(result.get("importance", ())) if result else ()
