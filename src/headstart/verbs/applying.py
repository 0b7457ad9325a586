"""`adjust --apply`: the next steps as new candidates, which have to win against the old model.

The new run asks what the old one asked, of the same rows with the same seed, so that its draws and
its locked rows are the same. The old run is read; only its journal grows, by the record of a look
at the rows that it locked.
"""

from __future__ import annotations

from dataclasses import replace

from headstart.advice import Advice
from headstart.advice.search import WANTED_BY
from headstart.advice.spaces import Dimension, space_of
from headstart.errors import missing_extra
from headstart.experiment import looks
from headstart.experiment.account import note_tested
from headstart.experiment.arena import Arena
from headstart.experiment.book import Book
from headstart.experiment.challenge.champion import Champion
from headstart.experiment.challenge.contest import Challenge, fight
from headstart.experiment.challenge.inherited import inherit, inherit_vectors, own_work
from headstart.experiment.challenge.payoffs import remember
from headstart.experiment.challenge.remedies import Doubts, remedies_of
from headstart.experiment.challenge.succession import keep_the_old, succeed
from headstart.experiment.challenge.tally import tally
from headstart.experiment.engines.local import LocalEngine
from headstart.experiment.interruption import asked_to_stop
from headstart.experiment.purse import Purse
from headstart.experiment.settled import Settled
from headstart.processes.libraries import EXTRA_OF, is_installed, need
from headstart.protocols import Engine
from headstart.records import Candidate, Direct, Table
from headstart.records.adjusted import Adjusted
from headstart.records.plain import plain
from headstart.reporting.live import Live
from headstart.verbs import closing, opening
from headstart.verbs.applied import Applied
from headstart.verbs.budget import cores
from headstart.verbs.closing import Ended
from headstart.verbs.fitting import arena_of, locked_of
from headstart.verbs.opening import read_question
from headstart.verbs.reopening import Case, reopened
from headstart.verbs.revisiting import verdict_of
from headstart.verbs.wish import Wish, refuse_unknown, refuse_unready

_TRAININGS = 12  # four draws of the old and of two new ones


def apply(wish: Wish, watch: Live | None = None) -> Applied:
    """Try the actions, adopt what is measurably better, and write the new run.

    Raises:
        AskError: see `adjust`.
        MissingExtra: a search is asked for and Optuna is not installed.
    """
    watch = watch or closing.silent()
    engine = LocalEngine(
        slots=cores(),
        threads=cores(),
        watch=lambda ticket, told: watch.progressed(told["rounds"], told["loss"]),
    )
    try:
        return applied(wish, engine, watch)
    finally:
        engine.close()


def applied(wish: Wish, engine: Engine, watch: Live) -> Applied:
    """The same with an engine that runs the trials."""
    refuse_unknown(wish)
    question, found = read_question(wish.run), verdict_of(wish.run)
    refuse_unready(wish, question)
    with reopened(wish, question, found) as case:
        watch.profiled(case.asked.profile)
        return _contest(case, engine, watch)


def _contest(case: Case, engine: Engine, watch: Live) -> Applied:
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
            arena.checkpoints = opening.checkpoints(_everyone(challenge))
            fought = fight(arena, challenge)
            model = folder / "model"
            succession = succeed(arena, challenge, fought, model, locked, case.earlier)
            told = (arena, challenge, fought, succession, case.wish.run)
            settled, adjusted = succession.settled, tally(*told, lacking=_lacking(case))
            note_tested(book, settled.test, 0 if locked is None else len(locked))
            book.note({"type": "adjusted", **plain(adjusted)})
    finally:
        book.close()
    done = _written(case, arena, settled, locked, adjusted, watch)
    remember(folder, champion.heaviest.family, adjusted.metric, adjusted.tried)
    return done


def _written(
    case: Case,
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


def _begin(book: Book, case: Case) -> None:
    """What the old run knows comes first, so that a resumed call finds the same before it."""
    wish = case.wish
    inherit(book, wish.run, case.champion.known)
    inherit_vectors(book, wish.run, case.opened.folder)
    looks.take_over(book, wish.run, case.origin)
    keep_the_old(case.champion.model, case.opened.folder / "model")
    asked = {"adjusts": str(wish.run.absolute()), "actions": case.actions, "budget": wish.budget}
    book.call(asked, retraces=wish.budget.steps is not None)


def _challenge(arena: Arena, case: Case) -> Challenge:
    champion = _at_full_size(arena, case.champion)
    return Challenge(
        champion=champion,
        origin=case.origin,
        remedies=remedies_of(arena, champion, case.actions, _doubts(case)),
        space=_space(case),
        blends="blend" in case.actions and not case.single,
        region=champion.verdict.region,
    )


def _everyone(challenge: Challenge) -> list[Candidate]:
    """Whoever may be trained."""
    champion = challenge.champion
    field = [each for one in challenge.remedies for each in one.candidates]
    return [*field, *champion.members, *champion.partners, *_floor(champion)]


def _at_full_size(arena: Arena, champion: Champion) -> Champion:
    """The champion, compared on all rows where the old run had no time for it and this one has."""
    everything = arena.material.rows
    price = sum(arena.expected(each, everything) for each in champion.members)
    if champion.rows < everything and _TRAININGS * price <= arena.purse.left():
        return replace(champion, rows=everything)
    return champion


def _lacking(case: Case) -> str:
    """Why there is no search though nobody has ruled it out; empty where there is one."""
    if "search" not in case.actions or is_installed("optuna"):
        return ""
    return missing_extra("optuna", EXTRA_OF["optuna"], WANTED_BY).message


def _doubts(case: Case) -> Doubts:
    """What the diagnosis and the profile hold against rows and columns."""
    traps = (trap for trap in case.asked.profile.traps if trap.kind == "leak")
    return Doubts(
        suspects=tuple(each.row for each in case.diagnosis.suspects),
        leaks=tuple(name for trap in traps for name in trap.columns),
    )


def _space(case: Case) -> tuple[Dimension, ...]:
    base = case.champion.heaviest
    if "search" not in case.actions or isinstance(base.start, Direct):
        return ()
    if "search" in case.wish.only:
        need("optuna", wanted_by=WANTED_BY)
    if _lacking(case):
        return ()
    return space_of(base.settings, case.champion.settings_of(base))


def _floor(champion: Champion) -> list[Candidate]:
    return [] if champion.floor is None else [champion.floor]
