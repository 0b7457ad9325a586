"""A candidate is the configuration: there is no other."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from headstart.errors import AskError
from headstart.families import candidate_from_plain, candidate_to_plain
from headstart.records.settings import from_plain
from headstart.testing.claim import Broken, Unconcerned, expect
from headstart.testing.fresh import digest
from headstart.testing.subject import Subject


def check_settings_survive_toml(subject: Subject) -> None:
    """A run is replayed from text; what comes back must be the very same candidate."""
    import tomli_w

    for lesson in subject.lessons:
        candidate = subject.candidate(lesson)
        text = tomli_w.dumps(candidate_to_plain(candidate))
        again = candidate_from_plain(tomllib.loads(text))
        expect(again == candidate, f"`{lesson.name}`: {candidate} became {again}")


def check_unknown_setting_is_refused(subject: Subject) -> None:
    """A misspelt setting that is ignored costs a night of training."""
    kind = subject.family.Settings
    names = [each.name for each in fields(kind)]
    wrong = f"{names[0]}x" if names else "rounds"
    message = _refusal(lambda: from_plain(kind, {wrong: 1}), f"the setting `{wrong}`")
    expect(wrong in message, f"the refusal does not name `{wrong}`: {message}")
    if names:
        expect(f"`{names[0]}`" in message, f"the refusal does not offer `{names[0]}`: {message}")


def check_setting_out_of_range_is_refused(subject: Subject) -> None:
    """A learning rate of 100 is a slip of the finger; it is said before anything is trained."""
    kind = subject.family.Settings
    bounded = [each for each in fields(kind) if each.metadata.get("low") is not None]
    if not bounded:
        raise Unconcerned("no setting has a range")
    for each in bounded:
        value: Any = each.metadata["low"] - 1
        message = _refusal(lambda: from_plain(kind, {each.name: value}), f"{each.name} = {value}")  # noqa: B023
        expect(each.name in message, f"the refusal does not name `{each.name}`: {message}")


def check_candidates_are_the_same_in_every_process(subject: Subject) -> None:
    """Trials are known by their candidate; another process must mean the same one."""
    for lesson in subject.lessons:
        here, there = digest(subject.name, lesson), subject.fresh.digests.get(lesson.name)
        expect(here == there, f"`{lesson.name}`: proposals differ in a fresh process")


def _refusal(call: Callable[[], object], what: str) -> str:
    try:
        call()
    except AskError as refusal:
        return str(refusal)
    raise Broken(f"{what} was accepted")
