"""What a person asks of `adjust --apply`, as one value, and what it comes to for a run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headstart.delivery.folders import MANIFEST
from headstart.errors import AskError, listed, unknown_name
from headstart.experiment import looks
from headstart.experiment.book import JOURNAL
from headstart.experiment.challenge.champion import Champion
from headstart.records import Budget
from headstart.records.adjusted import ACTIONS
from headstart.records.diagnosis import Diagnosis
from headstart.records.label_mapping import label_mapping
from headstart.storage import journal
from headstart.verbs.opening import QUESTION, read_question
from headstart.verbs.request import Request

_SECONDS_TO_BEGIN = 4.0
_DRAWS_NEEDED = 3
_QUESTION = ("target", "task", "metric", "positive", "split", "columns", "horizon")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wish:
    """What a person asks of `adjust --apply`.

    Attributes:
        data, test: the rows, and those to judge on, of a run on frames in memory.
        only: actions to try in place of the diagnosed ones.
        began: when the budget began, on the monotonic clock.
    """

    run: Path
    data: Any
    test: Any
    budget: Budget
    only: tuple[str, ...]
    out: Path | None
    began: float

    def actions(self, diagnosis: Diagnosis) -> tuple[str, ...]:
        """What the person named, else what the diagnosis names and nobody has to ask for."""
        if self.only:
            return tuple(dict.fromkeys(self.only))
        named = (each.apply for each in diagnosis.actions if each.apply and not each.only)
        return tuple(dict.fromkeys(name for name in named if name is not None))

    def request(self, question: Mapping[str, Any]) -> Request:
        """The old run's request with the new budget."""
        options = question["options"]
        return Request(
            source=question["source"] if self.data is None else self.data,
            question={name: options[name] for name in _QUESTION if name in options},
            budget=self.budget,
            began=self.began,
            test=options.get("test") if self.test is None else self.test,
            families=tuple(options.get("families", ())),
            starts=tuple(options.get("starts", ())),
            weights=tuple(options.get("weights", ())),
            labels=label_mapping(options.get("labels", {})),
            worth=options.get("worth"),
            single=options.get("single", False),
            seed=question["seed"],
            out=self.out or beside(self.run),
        )

    def command(self) -> str:
        """The command line that wishes the same."""
        words = ["headstart", "adjust", str(self.run), "--apply"]
        words += ["--only", ",".join(self.only)] if self.only else []
        if self.budget.steps is not None:
            return shlex.join([*words, "--steps", f"{self.budget.steps:g}"])
        return shlex.join([*words, "--minutes", f"{(self.budget.seconds or 0) / 60:g}"])


def beside(run: Path) -> Path:
    """A folder beside the run that nothing has."""
    number, found = 1, run.with_name(f"{run.resolve().name}-adjusted")
    while found.exists():
        number += 1
        found = run.with_name(f"{run.resolve().name}-adjusted-{number}")
    return found


def origin_of(run: Path) -> Path:
    """The run that locked the rows: the first of those that adjusted one another.

    Where an earlier one is no longer there, the earliest that is.
    """
    adjusts = read_question(run).get("adjusts")
    if adjusts is None or not (Path(adjusts) / QUESTION).is_file():
        return run
    return origin_of(Path(adjusts))


def refuse_unknown(wish: Wish) -> None:
    """Raises AskError where an action is none."""
    for name in wish.only:
        if name not in ACTIONS:
            raise unknown_name("action", name, ACTIONS)


def refuse_unready(wish: Wish, question: Mapping[str, Any]) -> None:
    """Raises AskError where the run still goes on, or what it kept does not suffice."""
    run = wish.run
    if journal.is_being_written(run / JOURNAL):
        raise AskError(f"the run `{run}` still goes on.", "Wait until it ends, then adjust it.")
    if not (run / "model" / MANIFEST).is_file():
        raise AskError(
            f"the run `{run}` has no model to start from: its folder `model` is not there.",
            "Call the same `headstart fit` with the same --out: it goes on where it was.",
        )
    if question["options"].get("test") == "DATA" and wish.test is None:
        raise AskError(
            f"the run `{run}` was judged on a frame in memory, which it does not keep.",
            "Give it again in Python: hs.adjust(run, apply=True, test=frame). Or write those rows "
            "into a file and fit with test=FILE.",
        )
    if question["options"].get("test") is None and wish.test is not None:
        raise AskError(
            f"the run `{run}` was judged on rows of its own, and its draws leave these out: other "
            "rows cannot judge now.",
            "Leave `test` out, or fit with it.",
        )
    looks.refuse_uncounted(origin_of(run))


def refuse_short(wish: Wish, champion: Champion) -> None:
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
