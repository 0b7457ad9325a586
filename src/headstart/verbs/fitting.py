"""`fit`: the main job, from a source to a verdict, a report and a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from headstart import advice
from headstart.delivery import contract_of
from headstart.delivery.contract import Contract
from headstart.errors import AskError
from headstart.experiment.arena import Arena
from headstart.experiment.book import Book
from headstart.experiment.engines.local import LocalEngine
from headstart.experiment.interruption import asked_to_stop
from headstart.experiment.material import Material
from headstart.experiment.purse import Purse
from headstart.experiment.run import Plan
from headstart.experiment.run import run as run_experiment
from headstart.experiment.standings import is_floor
from headstart.intake import splits
from headstart.processes.memory import free_megabytes
from headstart.protocols import Engine
from headstart.records import Candidate, Data, Table
from headstart.records.label_mapping import label_mapping
from headstart.reporting.live import Live
from headstart.verbs import closing, opening
from headstart.verbs.budget import budget_of, cores, process_start
from headstart.verbs.closing import Ended
from headstart.verbs.judges import with_judges
from headstart.verbs.opening import Opened
from headstart.verbs.question import Asked, ask, read_test
from headstart.verbs.request import Request
from headstart.verbs.run import Run

LOCKED_SHARE = 0.2
FEWEST_ROWS_TO_LOCK = 500
_SHARE_OF_MEMORY = 0.7
_DRAWS_OF_A_WORLD = 3
_FEWEST_STEPS, _MOST_STEPS = 2_000, 2_000_000
_FIRST_NEEDED = ("headstart.experiment.work", "headstart.features.codes")


def fit(
    source: Any,
    *,
    target: str | Sequence[str] = (),
    test: Any = None,
    minutes: float | None = None,
    steps: float | None = None,
    out: str | Path | None = None,
    task: str | None = None,
    metric: str | None = None,
    positive: str | None = None,
    split: str | None = None,
    columns: Mapping[str, str] | None = None,
    horizon: int | None = None,
    families: Sequence[str] = (),
    starts: Sequence[str] = (),
    weights: Sequence[str] = (),
    labels: Mapping[str, str | Sequence[str]] | None = None,
    worth: float | None = None,
    single: bool = False,
    control: bool = False,
    seed: int = 0,
    engine: str = "local",
    watch: Live | None = None,
) -> Run:
    """Let the starts compete on the person's data, and hand over the model that wins.

    Args:
        source: a file, a folder or an archive of pictures or texts, a frame, or a world
            (`gym:CartPole-v1`).
        target: the column or columns to predict; of a folder of classes the class, unless given.
        test: another source to score the delivered model on, instead of locked rows.
        minutes: the budget, from the start of the process; 5 unless `steps` is given.
        steps: a budget in work units: the same question then gives bit-identical answers.
        out: the run's folder; an existing run of the same question is resumed.
        columns: name -> modality, or `group`, `item`, `weight`, `ignored`.
        weights: earlier runs, models or checkpoints to start from.
        labels: class -> the checkpoint's own labels that mean it, for a checkpoint that is used as
            it is; several add up. Other classes are found by their names.
        worth: the smallest difference that counts, in units of the metric; 0: any gain,
            whatever it costs.
        single: deliver one model, no blend.
        control: train the same network from random and from shuffled weights, too, to say what the
            transferred ones were worth; without it that happens where time is left.

    Raises:
        AskError, DataError: the request or the data cannot be used.
        NothingTrained: every trial failed.
    """
    began = process_start()
    if engine != "local":
        raise AskError(f"the engine `{engine}` is not there.", "Use --engine local.")
    request = Request(
        source=source,
        question={
            "target": target if isinstance(target, str) else list(target),
            "task": task,
            "metric": metric,
            "positive": positive,
            "split": split,
            "columns": dict(columns or {}),
            "horizon": horizon,
        },
        budget=budget_of(minutes, steps),
        began=began,
        test=test,
        families=tuple(families),
        starts=tuple(starts),
        weights=tuple(str(name) for name in weights),
        labels=label_mapping(labels or {}),
        worth=worth,
        single=single,
        control=control,
        seed=seed,
        out=None if out is None else Path(out),
    )
    watch = watch or closing.silent()
    trainer = LocalEngine(
        slots=cores(),
        threads=cores(),
        watch=lambda ticket, told: watch.progressed(told["rounds"], told["loss"]),
    )
    try:
        trainer.warm(list(_FIRST_NEEDED))
        ended = answer(request, trainer, watch)
        with asked_to_stop(already=ended.settled.interrupted):
            run = closing.close(ended)
        watch.judged(run.findings)
        return run
    finally:
        trainer.close()


def answer(request: Request, engine: Engine, watch: Live) -> Ended:
    """Answer a request with an engine that runs the trials; nothing is written for people yet."""
    with opening.place_of(request) as folder:
        return _answer(request, folder, engine, watch)


def _answer(request: Request, folder: Path, engine: Engine, watch: Live) -> Ended:
    place = opening.unpacking_place(folder)
    asked, test = ask(request.source, **request.question, place=place), None
    if request.test is not None:
        asked, test = read_test(request.test, asked, place)
    chosen = advice.advise(
        asked.task,
        asked.profile,
        request.budget,
        families=request.families,
        starts=request.starts,
        weights=request.weights,
        labels=request.labels,
    )
    if request.variants is not None:
        chosen = replace(chosen, candidates=_named(chosen.candidates, request.variants))
    asked, chosen = with_judges(asked, chosen, test)
    watch.profiled(asked.profile)
    watch.advised(chosen)
    data, locked, judges = locked_of(request, asked, test)
    opened = opening.open_run(request, asked, folder)
    book = Book(opened.folder)
    try:
        opening.write_question(opened, request, asked)
        book.call(_called(request), retraces=request.budget.steps is not None)
        with asked_to_stop() as interrupted:
            open_rows = replace(asked, data=data, judges=judges)
            arena = arena_of(request, open_rows, opened, book, engine, watch, interrupted)
            arena.checkpoints = opening.checkpoints(chosen.candidates)
            plan = Plan(
                candidates=chosen.candidates,
                refusals=chosen.refusals,
                locked=locked,
                worth=request.worth,
                single=request.single,
                control=request.control,
                folder=opened.folder / "model",
                measures=request.measures,
            )
            settled = run_experiment(arena, plan)
    finally:
        book.close()
    return Ended(
        request=request,
        opened=opened,
        asked=asked,
        chosen=chosen,
        settled=settled,
        arena=arena,
        locked=locked,
    )


def _called(request: Request) -> dict[str, Any]:
    """What this call asks, for the journal; a budget in steps and the rest decide its path."""
    return {"budget": request.budget, "seed": request.seed, "options": request.replayable()}


def _named(
    candidates: Sequence[Candidate], variants: Mapping[str, Mapping[str, Any]]
) -> tuple[Candidate, ...]:
    """Floors and the candidates that are named, with the settings that the variants give them."""
    kept = [each for each in candidates if is_floor(each) or each.name in variants]
    return tuple(
        replace(each, settings=replace(each.settings, **variants.get(each.name, {})))
        for each in kept
    )


def locked_of(
    request: Request, asked: Asked, test: Table | None
) -> tuple[Data, Table | None, np.ndarray | None]:
    """Open rows, the rows for the end, and which of the open ones may judge (None: all).

    None are locked in a world, or where fewer than 500 may judge.
    """
    data, judges = asked.data, asked.judges
    if not isinstance(data, Table):
        return data, None, None
    if test is not None:
        return data, test, judges
    able = len(data) if judges is None else len(judges)
    if able < FEWEST_ROWS_TO_LOCK or not request.measures:
        return data, None, judges
    kept, locked = splits.lock(data, asked.task, LOCKED_SHARE, request.seed, judges)
    judges = None if judges is None else np.flatnonzero(np.isin(kept, judges))
    return data.take(kept), data.take(locked), judges


def arena_of(
    request: Request,
    asked: Asked,
    opened: Opened,
    book: Book,
    engine: Engine,
    watch: Live,
    interrupted: Callable[[], bool],
) -> Arena:
    spent = sum(trial.work for trial in book.trials)
    purse = Purse(request.budget, began=request.began, spent=spent)
    data, contract = asked.data, Contract(task=asked.task)
    if isinstance(data, Table):
        contract = contract_of(data, asked.task)
        rows = len(splits.draw(data, asked.task, 0, request.seed, asked.judges)[0])
    else:
        rows = opening.settle_steps(opened, _world_steps(asked, purse))
    return Arena(
        material=Material(
            folder=(opened.folder / "cache" / "rows").absolute(),
            task=asked.task,
            data=data,
            seed=request.seed,
            rows=rows,
            judges=asked.judges,
        ),
        contract=contract,
        book=book,
        engine=engine,
        purse=purse,
        onlooker=watch,
        seed=request.seed,
        threads=cores(),
        most_megabytes=_SHARE_OF_MEMORY * free_megabytes(),
        interrupted=interrupted,
        checkpoints={},
        facts={"source": asked.source, "fingerprint": asked.fingerprint},
        most_draws=request.most_draws,
        most_rungs=request.most_rungs,
    )


def _world_steps(asked: Asked, purse: Purse) -> int:
    """Environment steps at full size, so that a few training seeds fit into the budget."""
    assert asked.profile.world is not None
    speed = 1000.0 if purse.counts_work else asked.profile.world.steps_per_second
    steps = 0.7 * purse.left() * speed / _DRAWS_OF_A_WORLD
    return int(np.clip(steps, _FEWEST_STEPS, _MOST_STEPS))
