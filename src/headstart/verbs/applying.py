"""`adjust --apply`: the next steps as new candidates, which have to win against the old model.

The new run asks what the old one asked, of the same rows with the same seed, so that its draws and
its locked rows are the same. The old run is read and never written.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from headstart import advice
from headstart.advice import Advice
from headstart.advice.search import WANTED_BY
from headstart.advice.spaces import Dimension, space_of
from headstart.delivery.folders import MANIFEST
from headstart.errors import AskError, listed, missing_extra, unknown_name
from headstart.experiment.arena import Arena
from headstart.experiment.book import JOURNAL, Book, read_trials
from headstart.experiment.challenge import Challenge, fight
from headstart.experiment.champion import Champion, champion_of
from headstart.experiment.engines.local import LocalEngine
from headstart.experiment.inherited import inherit, own_work
from headstart.experiment.interruption import asked_to_stop
from headstart.experiment.payoffs import remember
from headstart.experiment.purse import Purse
from headstart.experiment.remedying import Doubts, remedies_of
from headstart.experiment.settled import LockedScore, Settled
from headstart.experiment.succession import keep_the_old, succeed
from headstart.experiment.tally import tally
from headstart.processes.libraries import EXTRA_OF, is_installed, need
from headstart.protocols import Engine
from headstart.records import Budget, Direct, Table
from headstart.records.adjusted import ACTIONS, Adjusted
from headstart.records.diagnosis import Diagnosis
from headstart.records.verdict import verdict_from_plain
from headstart.reporting.live import Live
from headstart.storage import journal
from headstart.verbs import closing, opening
from headstart.verbs.adjusting import diagnosed, verdict_of
from headstart.verbs.applied import Applied
from headstart.verbs.budget import cores
from headstart.verbs.closing import Ended
from headstart.verbs.fitting import arena_of, locked_of
from headstart.verbs.judges import with_judges
from headstart.verbs.opening import QUESTION, Opened, read_question, which
from headstart.verbs.question import Asked, read_test
from headstart.verbs.request import Request
from headstart.verbs.revisiting import asked_again

_SECONDS_TO_BEGIN = 4.0
_DRAWS_NEEDED = 3
_TRAININGS = 12  # four draws of the old and of two new ones
_QUESTION = ("target", "task", "metric", "positive", "split", "columns", "horizon")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wish:
    """What a person asks of `adjust --apply`.

    Attributes:
        only: actions to try in place of the diagnosed ones.
        began: when the budget began, on the monotonic clock.
    """

    run: Path
    data: Any
    budget: Budget
    only: tuple[str, ...]
    out: Path | None
    began: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Case:
    """A wish with all that was read for it.

    Attributes:
        found: what the old run's `verdict.json` holds.
        actions: names of what is tried.
    """

    wish: Wish
    request: Request
    opened: Opened
    asked: Asked
    test: Table | None
    found: Mapping[str, Any]
    diagnosis: Diagnosis
    champion: Champion
    actions: tuple[str, ...]


def apply(wish: Wish, watch: Live | None = None) -> Applied:
    """Try the actions, adopt what is measurably better, and write the new run.

    Raises:
        AskError: see `adjust`.
        MissingExtra: a search is asked for and Optuna is not installed.
    """
    for name in wish.only:
        if name not in ACTIONS:
            raise unknown_name("action", name, ACTIONS)
    question, found = read_question(wish.run), verdict_of(wish.run)
    _refuse_unready(wish.run, question)
    watch = watch or closing.silent()
    engine = LocalEngine(
        slots=cores(),
        threads=cores(),
        watch=lambda ticket, told: watch.progressed(told["rounds"], told["loss"]),
    )
    try:
        with _case(wish, question, found) as case:
            watch.profiled(case.asked.profile)
            return _contest(case, engine, watch)
    finally:
        engine.close()


def _refuse_unready(run: Path, question: Mapping[str, Any]) -> None:
    if journal.is_being_written(run / JOURNAL):
        raise AskError(f"the run `{run}` still goes on.", "Wait until it ends, then adjust it.")
    if not (run / "model" / MANIFEST).is_file():
        raise AskError(
            f"the run `{run}` has no model to start from: its folder `model` is not there.",
            "Call the same `headstart fit` with the same --out: it goes on where it was.",
        )
    if question["options"].get("test") == "DATA":
        raise AskError(
            f"the run `{run}` was judged on a frame in memory, which it does not keep.",
            "Write those rows into a file and fit with test=FILE.",
        )


@contextmanager
def _case(wish: Wish, question: dict[str, Any], found: dict[str, Any]) -> Iterator[_Case]:
    """Everything read and checked; the new folder goes again where that fails."""
    request = _request(wish, question)
    with opening.place_of(request) as folder:
        _same_adjustment(folder, wish.run)
        asked, test = _asked(wish, question, request, folder)
        diagnosis = diagnosed(wish.run, asked, found, question)
        verdict = verdict_from_plain(found["verdict"])
        waiting = closing.never_at_full_size(read_trials(wish.run), verdict)
        champion = champion_of(wish.run, verdict, waiting)
        _refuse_short(wish, champion)
        opened = Opened(folder=folder, command=_command(wish))
        yield _Case(
            wish=wish,
            request=request,
            opened=opened,
            asked=asked,
            test=test,
            found=found,
            diagnosis=diagnosis,
            champion=champion,
            actions=_actions(wish, diagnosis),
        )


def _contest(case: _Case, engine: Engine, watch: Live) -> Applied:
    """Try, compare, adopt, and write."""
    folder, request, champion = case.opened.folder, case.request, case.champion
    data, locked, judges = locked_of(request, case.asked, case.test)
    rows = replace(case.asked, data=data, judges=judges)
    folder.mkdir(parents=True, exist_ok=True)
    book = Book(folder)
    try:
        opening.write_question(case.opened, request, case.asked, adjusts=case.wish.run.absolute())
        _begin(book, case)
        with asked_to_stop() as interrupted:
            arena = arena_of(request, rows, case.opened, book, engine, watch, interrupted)
            arena.purse = Purse(request.budget, began=request.began, spent=own_work(book))
            challenge = _challenge(arena, case)
            field = [each for one in challenge.remedies for each in one.candidates]
            field += [*champion.members, *champion.partners, *_floor(champion)]
            arena.checkpoints = opening.checkpoints(field)
            fought = fight(arena, challenge)
            old = _old_test(case.found)
            succession = succeed(arena, challenge, fought, folder / "model", locked, old)
            told = (arena, challenge, fought, succession, case.wish.run)
            settled, adjusted = succession.settled, tally(*told, lacking=_lacking(case))
            book.note({"type": "adjusted", "adopted": adjusted.adopted})
    finally:
        book.close()
    applied = _written(case, arena, settled, locked, adjusted, watch)
    remember(folder, champion.heaviest.family, adjusted.metric, adjusted.tried)
    return applied


def _written(
    case: _Case,
    arena: Arena,
    settled: Settled,
    locked: Table | None,
    adjusted: Adjusted,
    watch: Live,
) -> Applied:
    """The new run's verdict, page and card."""
    candidates = (*case.champion.members, *_floor(case.champion))
    ended = Ended(
        request=case.request,
        opened=case.opened,
        asked=case.asked,
        chosen=Advice(candidates=tuple(dict.fromkeys(candidates)), refusals=()),
        settled=settled,
        arena=arena,
        locked=locked,
    )
    with asked_to_stop(already=settled.interrupted):
        run = closing.close(ended, adjusted)
    watch.judged(run.findings)
    return Applied(run=run, adjusted=adjusted, diagnosis=case.diagnosis)


def _begin(book: Book, case: _Case) -> None:
    """What the old run knows comes first, so that a resumed call finds the same before it."""
    wish = case.wish
    inherit(book, wish.run, case.champion.known)
    seen = {entry["sha256"] for entry in book.entries("looked")}
    for entry in journal.read(wish.run / JOURNAL):
        if entry["type"] == "looked" and entry["sha256"] not in seen:
            book.note(entry)
    keep_the_old(case.champion.model, case.opened.folder / "model")
    asked = {"adjusts": str(wish.run.absolute()), "actions": case.actions, "budget": wish.budget}
    book.call(asked, retraces=wish.budget.steps is not None)


def _challenge(arena: Arena, case: _Case) -> Challenge:
    champion = _at_full_size(arena, case.champion)
    options = read_question(case.wish.run)["options"]
    return Challenge(
        champion=champion,
        remedies=remedies_of(arena, champion, case.actions, _doubts(case)),
        space=_space(case),
        blends="blend" in case.actions and not options.get("single", False),
        region=champion.verdict.region,
    )


def _at_full_size(arena: Arena, champion: Champion) -> Champion:
    """The champion, compared on all rows where the old run had no time for it and this one has."""
    everything = arena.material.rows
    price = sum(arena.expected(each, everything) for each in champion.members)
    if champion.rows < everything and _TRAININGS * price <= arena.purse.left():
        return replace(champion, rows=everything)
    return champion


def _lacking(case: _Case) -> str:
    """Why there is no search though nobody has ruled it out; empty where there is one."""
    if "search" not in case.actions or is_installed("optuna"):
        return ""
    return missing_extra("optuna", EXTRA_OF["optuna"], WANTED_BY).message


def _doubts(case: _Case) -> Doubts:
    """What the diagnosis and the profile hold against rows and columns."""
    traps = (trap for trap in case.asked.profile.traps if trap.kind == "leak")
    return Doubts(
        suspects=tuple(each.row for each in case.diagnosis.suspects),
        leaks=tuple(name for trap in traps for name in trap.columns),
    )


def _space(case: _Case) -> tuple[Dimension, ...]:
    base = case.champion.heaviest
    if "search" not in case.actions or isinstance(base.start, Direct):
        return ()
    if "search" in case.wish.only:
        need("optuna", wanted_by=WANTED_BY)
    if _lacking(case):
        return ()
    return space_of(base.settings, case.champion.settings_of(base))


def _floor(champion: Champion) -> list[Any]:
    return [] if champion.floor is None else [champion.floor]


def _request(wish: Wish, question: Mapping[str, Any]) -> Request:
    """The old run's request with the new budget."""
    options = question["options"]
    return Request(
        source=question["source"] if wish.data is None else wish.data,
        question={name: options[name] for name in _QUESTION if name in options},
        budget=wish.budget,
        began=wish.began,
        test=options.get("test"),
        families=tuple(options.get("families", ())),
        starts=tuple(options.get("starts", ())),
        weights=tuple(options.get("weights", ())),
        worth=options.get("worth"),
        single=options.get("single", False),
        seed=question["seed"],
        out=wish.out or _beside(wish.run),
    )


def _beside(run: Path) -> Path:
    """A folder beside the run that nothing has."""
    number, found = 1, run.with_name(f"{run.resolve().name}-adjusted")
    while found.exists():
        number += 1
        found = run.with_name(f"{run.resolve().name}-adjusted-{number}")
    return found


def _same_adjustment(folder: Path, run: Path) -> None:
    if not (folder / QUESTION).is_file():
        return
    adjusts = read_question(folder).get("adjusts")
    if adjusts != str(run.absolute()):
        what = f"adjusts `{adjusts}`" if adjusts else "asks a question of its own"
        raise AskError(
            f"the run `{folder}` {what}; it cannot go on with `{run}`.",
            "Choose another folder with --out.",
        )


def _asked(
    wish: Wish, question: dict[str, Any], request: Request, folder: Path
) -> tuple[Asked, Table | None]:
    """The old question to the same rows, and the rows to judge on where the person gave some."""
    place = opening.unpacking_place(folder)
    asked, test = asked_again(wish.run, question, wish.data, place), None
    if asked.fingerprint != question["fingerprint"]:
        raise AskError(
            f"`{asked.source}` is not what the run `{wish.run}` learned from: the rows have "
            "changed, so old and new models could not be compared.",
            "Fit again, or bring the rows back as they were.",
        )
    if request.test is not None:
        asked, test = read_test(request.test, asked, place)
    if question.get("judges"):
        chosen = advice.advise(
            asked.task,
            asked.profile,
            request.budget,
            families=request.families,
            starts=request.starts,
            weights=request.weights,
        )
        asked, _ = with_judges(asked, chosen, test)
    if which(asked.judges) != question.get("judges", ""):
        raise AskError(
            f"the rows that may judge are not those of the run `{wish.run}`: they follow from its "
            "--weights, which have changed.",
            "Fit again.",
        )
    return asked, test


def _actions(wish: Wish, diagnosis: Diagnosis) -> tuple[str, ...]:
    """What the person named, else what the diagnosis names and nobody has to ask for."""
    if wish.only:
        return tuple(dict.fromkeys(wish.only))
    named = (each.apply for each in diagnosis.actions if each.apply and not each.only)
    return tuple(dict.fromkeys(name for name in named if name is not None))


def _refuse_short(wish: Wish, champion: Champion) -> None:
    """Three draws of one challenger, its first draw and its refit are the least.

    Raises:
        AskError: the budget does not hold them.
    """
    times = 2 + _DRAWS_NEEDED
    if wish.budget.steps is not None:
        needed = times * champion.work
        if needed > wish.budget.steps:
            raise _short(f"{wish.budget.steps:g} steps", f"--steps {needed * 2:.0f}", champion)
        return
    assert wish.budget.seconds is not None
    needed = _SECONDS_TO_BEGIN + times * champion.seconds
    if needed > wish.budget.seconds:
        given = f"{wish.budget.seconds / 60:g} minutes"
        raise _short(given, f"--minutes {max(needed * 1.5 / 60, 0.1):.1f}", champion)


def _short(given: str, wanted: str, champion: Champion) -> AskError:
    names = listed([each.name for each in champion.members])
    return AskError(
        f"{given} are too few: a new candidate of the price of {names} has to be trained at least "
        f"{2 + _DRAWS_NEEDED} times.",
        f"Give more, for instance {wanted}.",
    )


def _command(wish: Wish) -> str:
    words = ["headstart", "adjust", str(wish.run), "--apply"]
    words += ["--only", ",".join(wish.only)] if wish.only else []
    if wish.budget.steps is not None:
        return shlex.join([*words, "--steps", f"{wish.budget.steps:g}"])
    return shlex.join([*words, "--minutes", f"{(wish.budget.seconds or 0) / 60:g}"])


def _old_test(found: Mapping[str, Any]) -> LockedScore | None:
    """What the old run's locked rows told, from its `verdict.json`."""
    test = found["test"]
    if test is None:
        return None
    floor = test.get("floor") or {}
    return LockedScore(
        score=test["score"],
        interval=tuple(test["interval"]),
        metrics=dict(test["metrics"]),
        floor_score=floor.get("score"),
        floor_interval=tuple(floor["interval"]) if floor else None,
        looks=0 if test["rows_from"] == "cross_validated" else test["looks"],
    )
