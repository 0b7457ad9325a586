"""From a verdict to a delivered model: refit on every open row, score once on the locked ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from headstart import delivery, metrics, worlds
from headstart.delivery import Adjustment, Member
from headstart.delivery.adjustment import adjustment_from_plain, weighed
from headstart.delivery.memory import Memory, memory_of, read_memories
from headstart.evaluation import score_interval
from headstart.experiment import forecasts, novelties
from headstart.experiment.arena import Arena
from headstart.experiment.endings import is_cut
from headstart.experiment.looks import joint_level, look
from headstart.experiment.material import Truth, truth_of, write_table
from headstart.experiment.pool import attempt
from headstart.experiment.settled import LockedScore
from headstart.experiment.vectors import step_of
from headstart.families import candidate_to_plain
from headstart.features.encoding import encoding_to_plain
from headstart.records import Candidate, Prediction, Probabilities, Table, Task, Trial, World
from headstart.records.plain import plain

UNSCORED = "unscored"
_LEAST_WORK = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Refitted:
    """The members to deliver, each with the model folder of its trial."""

    members: tuple[tuple[Candidate, float, Path], ...]
    is_refit: bool


def refit(arena: Arena, weights: Mapping[Candidate, float], rows: int, keep: float) -> Refitted:
    """Train the chosen candidates on all open rows; where that fails, take their trial's model.

    A world has no further rows to learn from, and its seeds differ more than its draws cost: the
    model of the best draw is taken as it is.
    """
    members, refitted = [], arena.material.task.has_rows
    everything = arena.material.all_rows
    prices = [arena.expected(candidate, everything) for candidate in weights]
    for place, (candidate, weight) in enumerate(weights.items()):
        share = prices[place] / max(sum(prices[place:]), 1e-9)
        trial = None
        if arena.material.task.has_rows:
            trial = _again(arena, candidate, rows, keep, share)
        compared = best_trial(arena, candidate.name, rows)
        if trial is None or trial.status != "finished" or is_torn(trial, compared):
            refitted, trial = False, compared
        members.append((candidate, weight, arena.model_folder(trial)))
    return Refitted(members=tuple(members), is_refit=refitted)


def best_trial(arena: Arena, candidate: str, rows: int) -> Trial:
    """The candidate's finished trial on a rung with the lowest loss."""
    done = [
        trial
        for trial in arena.book.trials
        if trial.candidate == candidate and trial.rows == rows and trial.loss is not None
    ]
    return min(done, key=lambda trial: trial.loss or 0.0)


def is_torn(again: Trial, compared: Trial) -> bool:
    """Whether the clock ended a refit after much less work than the trial had been given.

    Work, not passes: half the passes over four times the rows make the better model.
    """
    return is_cut(again) and again.work < _LEAST_WORK * compared.work


def deliver(
    arena: Arena,
    refitted: Refitted,
    folder: Path,
    adjustment: Adjustment,
    *,
    tells_novelty: bool = True,
) -> None:
    """Write the model folder of the run."""
    members = []
    steps = [step_of(candidate) for candidate, _, _ in refitted.members]
    encoders = list(dict.fromkeys(name for step in steps if step for name in step.checkpoints))
    for place, (candidate, weight, trial_folder) in enumerate(refitted.members):
        step = steps[place]
        member = Member(
            family=candidate.family,
            folder=f"member-{place}",
            weight=weight,
            candidate=plain(candidate_to_plain(candidate)),
            embedding=None if step is None else encoding_to_plain(step),
            encoders={name: f"encoder-{encoders.index(name)}" for name in step.checkpoints}
            if step
            else {},
        )
        members.append((member, trial_folder / "member-0"))
    facts = {**arena.facts, "rows": arena.material.all_rows, "refitted": refitted.is_refit}
    delivery.write(
        folder,
        members,
        arena.contract,
        adjustment=adjustment,
        facts=facts,
        memories=_memories(arena, refitted),
        novelty=_novelty(arena, refitted) if tells_novelty else None,
    )


def _novelty(arena: Arena, refitted: Refitted) -> Path | None:
    """By what it is told how new a row is, beside the rows that the first member learned from."""
    candidate, _, folder = refitted.members[0]
    trial = next(each for each in arena.book.trials if arena.model_folder(each) == folder)
    return novelties.learn(arena, candidate, trial)


def _memories(arena: Arena, refitted: Refitted) -> tuple[Memory, ...]:
    """The open rows, all of which taught or chose the model, and those of models before it."""
    data = arena.material.data
    if not isinstance(data, Table):
        return ()
    names = [name for candidate, _, _ in refitted.members for name in candidate.start.checkpoints]
    before = [memory for name in names for memory in read_memories(Path(name).parent) or ()]
    return memory_of(data, str(arena.facts["fingerprint"])), *before


def locked_score(
    arena: Arena, model: Path, floor: Path | None, locked: Table | None
) -> LockedScore | None:
    """The delivered model, and the best floor, on the locked rows or episodes: one look."""
    source = source_of_locked(arena, locked)
    answer = None if source is None else answered(arena, model, source)
    if source is None or answer is None:
        return None
    result = locked_result(arena, answer, locked, look(arena.book, model))
    floor_answer = None if floor is None else answered(arena, floor, source)
    if floor_answer is None:
        return result
    floor_score, floor_interval = scored(arena, floor_answer, locked, result.looks)
    return replace(result, floor_score=floor_score, floor_interval=floor_interval)


def locked_result(
    arena: Arena, answer: Prediction, locked: Table | None, looks: int
) -> LockedScore:
    """A model's scores on the locked rows or episodes, at the so many-th look at them."""
    score, interval = scored(arena, answer, locked, looks)
    every = every_metric(arena, answer, locked)
    return LockedScore(score=score, interval=interval, metrics=every, looks=looks)


def _again(
    arena: Arena, candidate: Candidate, rows: int, keep: float, share: float
) -> Trial | None:
    """The refit, in its share of what is left above `keep`; else the trial's model serves.

    With as much time as the compared trial had, more rows make a better model even where the clock
    cuts it short, unless it did much less work (`is_torn`); with less they need not.
    """
    everything = arena.material.all_rows
    price = arena.expected(candidate, everything)
    left = share * (arena.purse.left() - keep)
    if arena.interrupted() or left < 0.8 * arena.expected(candidate, rows):
        return None
    if arena.purse.counts_work:
        return attempt(arena, candidate, everything, None, min(left, 3 * price + 1))
    return attempt(arena, candidate, everything, None, left)


def source_of_locked(arena: Arena, locked: Table | None) -> Mapping[str, Any] | None:
    """What a job answers for the locked score; the rows are written now and not before."""
    data = arena.material.data
    if isinstance(data, World):
        block = worlds.LOCKED_SEEDS
        return {"world": plain(data), "seeds": [block.start, block.stop]}
    if locked is None:
        return None
    path = arena.material.folder / "locked.arrow"
    write_table(path, locked)
    return {"table": str(path)}


def answered(arena: Arena, model: Path, source: Mapping[str, Any]) -> Prediction | None:
    """A model's answers; None after an interruption, or where it failed, which the book knows."""
    folder = arena.material.folder
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / f"locked-{model.parent.name}-{model.name}.parquet"
    job = {"op": "predict", "model": str(model), "data": source, "out": str(out)}
    job["cache"] = str(arena.vectors)
    limit = {"no_later_than": max(0.5, arena.purse.left() + 0.5)}
    result = arena.ask({**job, **({} if arena.purse.counts_work else limit)})
    if result is None:
        return None
    if result["status"] != "finished":
        arena.book.note({"type": UNSCORED, "model": model.name, "because": result["because"]})
        return None
    answer = forecasts.load(out, arena.material.task)
    if not isinstance(answer, Probabilities):
        return answer
    return weighed(answer, adjustment_from_plain(delivery.read_manifest(model)["adjustment"]))


def scored(
    arena: Arena, answer: Prediction, locked: Table | None, looks: int = 1
) -> tuple[float, tuple[float, float]]:
    """The score, and an interval that holds together with those of the looks before it."""
    task, scale = arena.material.task, arena.material.scale()
    truth, blocks, weights = _truth(locked, task)
    score = metrics.score(task.metric, truth, answer, task, weights=weights, scale=scale)
    interval = score_interval(
        task.metric,
        truth,
        answer,
        task,
        blocks=blocks,
        level=joint_level(looks),
        seed=arena.seed,
        scale=scale,
        weights=weights,
    )
    return score, interval


def every_metric(arena: Arena, answer: Prediction, locked: Table | None) -> dict[str, float]:
    task, scale = arena.material.task, arena.material.scale()
    truth, _, weights = _truth(locked, task)
    return {
        name: metrics.score(name, truth, answer, task, weights=weights, scale=scale)
        for name in metrics.fitting(task.kind)
    }


def _truth(locked: Table | None, task: Task) -> Truth:
    return (None, None, None) if locked is None else truth_of(locked, task)
