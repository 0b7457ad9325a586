"""A run opened again to be adjusted: its question, its rows, its champion, read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headstart import advice
from headstart.errors import AskError
from headstart.experiment.book import read_trials
from headstart.experiment.challenge.champion import Champion, champion_of
from headstart.experiment.left_below import read_stayed
from headstart.experiment.settled import LockedScore
from headstart.records import Table
from headstart.records.diagnosis import Diagnosis
from headstart.records.verdict import verdict_from_plain
from headstart.verbs import opening
from headstart.verbs.diagnosing import diagnosed
from headstart.verbs.doubting import never_at_full_size
from headstart.verbs.judges import with_judges
from headstart.verbs.opening import QUESTION, Opened, read_question, which
from headstart.verbs.question import Asked, read_test
from headstart.verbs.request import Request
from headstart.verbs.revisiting import asked_again, refuse_other_rows
from headstart.verbs.wish import Wish, origin_of, refuse_short


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A wish with all that was read for it.

    Attributes:
        origin: the run that locked the rows.
        test: rows to judge on, where the person gave some.
        earlier: of the old model, what its locked rows told.
        actions: names of what is tried.
        single: no blend.
    """

    wish: Wish
    origin: Path
    request: Request
    opened: Opened
    asked: Asked
    test: Table | None
    earlier: LockedScore | None
    diagnosis: Diagnosis
    champion: Champion
    actions: tuple[str, ...]
    single: bool


@contextmanager
def reopened(wish: Wish, question: dict[str, Any], found: dict[str, Any]) -> Iterator[Case]:
    """Everything read and checked; the new folder goes again where that fails.

    Args:
        question, found: what the old run's `run.toml` and `verdict.json` hold.

    Raises:
        AskError: the rows are not those of the run, or the budget is too short.
    """
    request = wish.request(question)
    with opening.place_of(request) as folder:
        _refuse_other_adjustment(folder, wish.run)
        asked, test = _asked(wish, question, request, folder)
        diagnosis = diagnosed(wish.run, asked, found, question)
        verdict = verdict_from_plain(found["verdict"])
        waiting = never_at_full_size(read_trials(wish.run), verdict, read_stayed(wish.run))
        champion = champion_of(wish.run, verdict, waiting)
        refuse_short(wish, champion)
        yield Case(
            wish=wish,
            origin=origin_of(wish.run),
            request=request,
            opened=Opened(folder=folder, command=wish.command()),
            asked=asked,
            test=test,
            earlier=_earlier(found),
            diagnosis=diagnosis,
            champion=champion,
            actions=wish.actions(diagnosis),
            single=question["options"].get("single", False),
        )


def _asked(
    wish: Wish, question: dict[str, Any], request: Request, folder: Path
) -> tuple[Asked, Table | None]:
    """The old question to the same rows, and the rows to judge on where the person gave some."""
    place = opening.unpacking_place(folder)
    asked, test = asked_again(wish.run, question, wish.data, place), None
    refuse_other_rows(wish.run, question, asked)
    if request.test is not None:
        asked, test = read_test(request.test, asked, place)
        refuse_other_rows(wish.run, question, asked)
    if question.get("judges"):
        chosen = advice.advise(
            asked.task,
            asked.profile,
            request.budget,
            families=request.families,
            starts=request.starts,
            weights=request.weights,
            labels=request.labels,
        )
        asked, _ = with_judges(asked, chosen, test)
    if which(asked.judges) != question.get("judges", ""):
        raise AskError(
            f"the rows that may judge are not those of the run `{wish.run}`: they follow from its "
            "--weights, which have changed.",
            "Fit again.",
        )
    return asked, test


def _refuse_other_adjustment(folder: Path, run: Path) -> None:
    if not (folder / QUESTION).is_file():
        return
    adjusts = read_question(folder).get("adjusts")
    if adjusts != str(run.absolute()):
        what = f"adjusts `{adjusts}`" if adjusts else "asks a question of its own"
        raise AskError(
            f"the run `{folder}` {what}; it cannot go on with `{run}`.",
            "Choose another folder with --out.",
        )


def _earlier(found: Mapping[str, Any]) -> LockedScore | None:
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
