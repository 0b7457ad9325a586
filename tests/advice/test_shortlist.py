from __future__ import annotations

import sys
from dataclasses import replace
from types import MappingProxyType, ModuleType

import pytest

from headstart.advice import Evidence, advise, shortlist
from headstart.errors import AskError
from headstart.families.floors import majority
from headstart.records import Budget, Candidate, Card, Estimate, Refusal, Task

MINUTES = Budget(seconds=300.0)


def _refusals(advice, family):
    return {each.start: each.because for each in advice.refusals if each.family == family}


def _names(advice):
    return [candidate.name for candidate in advice.candidates]


@pytest.fixture
def guest(monkeypatch):
    """A family of a third party, a module like any other, that stands in the table as `guest`."""
    module = ModuleType("guest_family")
    module.CARD = Card(
        name="guest",
        summary="learns",
        kinds=("classification",),
        starts=("Scratch", "FineTune"),
        references=("none",),
        no_start=(("Direct", "it has never seen such columns"),),
    )
    candidate = Candidate(
        name="guest",
        family="guest",
        settings=majority.Settings(),
        because="2 columns",
        estimate=Estimate(seconds=100.0),
    )
    module.Settings = majority.Settings
    module.propose = lambda task, profile: [candidate]
    monkeypatch.setitem(sys.modules, "guest_family", module)
    table = MappingProxyType({"guest": "guest_family", "majority": majority.__name__})
    monkeypatch.setattr("headstart.families.known", lambda: table)
    monkeypatch.setattr(shortlist, "known", lambda: table)
    return module


def test_floors_come_first_and_every_start_is_proposed_or_refused(task, profiled, guest):
    advice = advise(task, profiled(1_000), MINUTES)

    assert _names(advice) == ["majority", "guest"]
    assert _refusals(advice, "majority").keys() == {"Direct", "FineTune", "Transfer"}
    assert _refusals(advice, "guest") == {
        "Direct": "it has never seen such columns",
        "FineTune": "no earlier model of guest was named: --weights RUN",
        "Transfer": "the family cannot make this start",
    }


def test_a_family_that_says_no_is_refused_as_a_whole(profiled, task, guest):
    guest.propose = lambda task, profile: Refusal(family="guest", because="too few rows")

    advice = advise(task, profiled(10), MINUTES)

    assert _refusals(advice, "guest") == {None: "too few rows"}


def test_a_missing_library_is_a_refusal_that_says_how_to_get_it(task, profiled, guest, monkeypatch):
    guest.CARD = replace(guest.CARD, extras=("deep",))
    monkeypatch.setattr(shortlist, "is_installed", lambda library: library != "torch")

    advice = advise(task, profiled(1_000), MINUTES)

    assert _refusals(advice, "guest") == {
        None: "it needs torch, which is not installed; get it with pip install 'headstart[deep]'"
    }


def test_a_booster_needs_its_own_library_only(monkeypatch):
    monkeypatch.setattr(shortlist, "is_installed", lambda library: library == "lightgbm")
    card = Card(name="lightgbm", summary="", kinds=(), starts=(), references=(), extras=("trees",))

    assert shortlist.missing_library(card) == ""
    assert "xgboost" in shortlist.missing_library(replace(card, name="xgboost"))


def test_families_that_were_not_asked_for_are_absent_and_floors_stay(task, profiled, guest):
    advice = advise(task, profiled(1_000), MINUTES, families=("majority",))

    assert _names(advice) == ["majority"]
    assert _refusals(advice, "guest") == {}


def test_an_unknown_family_or_start_is_refused_with_the_nearest(task, profiled, guest):
    with pytest.raises(AskError, match=r"no family `gest`\. Did you mean `guest`"):
        advise(task, profiled(1_000), MINUTES, families=("gest",))
    with pytest.raises(AskError, match=r"no start `fine-tune`\. Did you mean `finetune`"):
        advise(task, profiled(1_000), MINUTES, starts=("fine-tune",))


def test_starts_that_nobody_wants_are_refused_but_for_the_floors(task, profiled, guest):
    advice = advise(task, profiled(1_000), MINUTES, starts=("FINETUNE",))

    assert _names(advice) == ["majority"]
    assert _refusals(advice, "guest")["Scratch"] == "--starts asks for finetune only"
    assert _refusals(advice, "guest").keys() == {"FineTune", "Scratch"}


def test_what_cannot_fit_into_the_budget_is_refused_with_numbers(task, profiled, guest):
    fits = advise(task, profiled(2_700), Budget(seconds=8.0))
    too_slow = advise(task, profiled(2_700), Budget(seconds=7.0))

    assert "guest" in _names(fits)
    assert "guest" not in _names(too_slow)
    assert _refusals(too_slow, "guest")["Scratch"] == (
        "`guest` needs about 100 s on all rows and 4 s on the fewest > half of the 7 s given"
    )


def test_a_budget_in_steps_is_not_compared_with_seconds(task, profiled, guest):
    assert "guest" in _names(advise(task, profiled(2_700), Budget(steps=1.0)))


def test_evidence_replaces_the_estimate(task, profiled, guest):
    seen = [Evidence(candidate="guest", rows=20_000, seconds=1.0)]

    advice = advise(task, profiled(20_000), MINUTES, seen)

    assert advice.candidates[1].estimate.seconds == 1.0


def test_the_advice_for_real_families_is_the_same_twice_and_ordered(task, profiled):
    first = advise(task, profiled(5_000), MINUTES)

    assert first == advise(task, profiled(5_000), MINUTES)
    assert first.candidates[0].name == "majority"
    assert all(candidate.because for candidate in first.candidates)


def test_worlds_get_no_table_families(profiled):
    advice = advise(Task(kind="control", metric="return"), profiled(0), MINUTES)

    assert _names(advice) == []
    assert _refusals(advice, "majority") == {None: "it has no answer for control"}
