"""Trials that share the cores: side by side, alone, in turn, and ended together."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from headstart.experiment.arena import Arena
from headstart.experiment.attempt import Attempt
from headstart.experiment.pool import attempt_each, side_by_side
from headstart.records import Candidate


def attempt(name: str, rows: int = 100, amount: float = 1.0, keep: float = 0.0) -> Attempt:
    candidate = Candidate(name=name, family="lightgbm", settings=None)
    return Attempt(candidate=candidate, rows=rows, draw=0, amount=amount, keep=keep)


@dataclass
class Bench:
    """An arena and its engine: jobs end in the order of `ends`, by the names of candidates."""

    cores: int = 2
    counts_work: bool = False
    many_rows: int = 10_000
    stops_after: int = 10**6
    events: list[str] = field(default_factory=list)
    running: dict[int, str] = field(default_factory=dict)
    amounts: dict[str, float] = field(default_factory=dict)
    each_takes: float = 0.0

    def __post_init__(self):
        self.left, self.noted = 1000.0, []
        self.purse = SimpleNamespace(counts_work=self.counts_work, left=lambda: self.left)
        self.engine = self
        self.book = SimpleNamespace(
            begin=lambda name, rows, draw: name,
            trials=[SimpleNamespace(candidate="big", rows=50)],
            note=self.noted.append,
            entries=lambda kind: self.noted,
        )
        self.material = SimpleNamespace(rows=20_000)
        self.onlooker = SimpleNamespace(began=lambda candidate, rows, draw: None)
        self.asked = 0

    slots = Arena.slots
    is_alone = Arena.is_alone

    def resources(self):
        return self.cores

    def threads_of(self, candidate, rows):
        return self.cores if rows >= self.many_rows else 1

    def expected(self, candidate, rows, draw=0):
        return 10.0

    def recalled(self, attempt):
        return attempt.candidate.name == "known"

    def interrupted(self):
        return self.asked >= self.stops_after

    def job(self, attempt, name):
        self.amounts[name] = attempt.amount
        return {"name": name}

    def submit(self, job):
        ticket = len(self.events) + 1
        self.running[ticket] = job["name"]
        self.events.append(f"{job['name']} with {len(self.running) - 1} beside")
        return ticket

    def wait(self, seconds):
        self.asked += 1
        return max(self.running), {"status": "finished"}  # the last to begin ends first

    def cancel(self, ticket):
        self.events.append(f"{self.running.pop(ticket)} cancelled")

    def end(self, attempt, name, result, seconds):
        ticket = next(t for t, running in self.running.items() if running == name)
        del self.running[ticket]
        self.left -= self.each_takes
        self.events.append(f"{name} ended")


def test_trials_of_one_core_run_side_by_side():
    bench = Bench()

    attempt_each(bench, [attempt("a"), attempt("b"), attempt("c")])

    assert bench.events == [
        "a with 0 beside",
        "b with 1 beside",
        "b ended",
        "c with 1 beside",
        "c ended",
        "a ended",
    ]


def test_a_trial_that_needs_every_core_runs_alone():
    bench = Bench()

    attempt_each(bench, [attempt("a"), attempt("big", rows=20_000), attempt("b")])

    assert [event for event in bench.events if "beside" in event] == [
        "a with 0 beside",
        "big with 0 beside",
        "b with 0 beside",
    ]
    assert bench.events.index("a ended") < bench.events.index("big with 0 beside")


@pytest.mark.parametrize(
    ("taken", "amount"),
    [(900.0, 40.0), (930.0, 40.0), (960.0, 10.0)],
    ids=["enough is left", "as much as it asked for", "less, but enough for its price"],
)
def test_who_waited_is_held_to_what_the_others_have_left(taken, amount):
    bench = Bench(each_takes=taken)
    big = attempt("big", rows=20_000, amount=40.0, keep=30.0)

    attempt_each(bench, [attempt("a"), big])

    assert bench.amounts["big"] == amount
    assert "big ended" in bench.events


def test_who_waited_for_too_long_stays_below_with_the_reason():
    bench = Bench(each_takes=990.0)
    big = attempt("big", rows=20_000, amount=40.0, keep=30.0)

    attempt_each(bench, [attempt("a"), big, attempt("b")])

    assert [event for event in bench.events if "big" in event] == []
    assert "b ended" in bench.events
    (noted,) = bench.noted
    assert (noted["candidate"], noted["rows"], noted["kept_by"]) == ("big", 50, "price")


def test_with_a_budget_in_work_units_nothing_runs_side_by_side():
    bench = Bench(counts_work=True)

    attempt_each(bench, [attempt("a"), attempt("b")])

    assert bench.events == ["a with 0 beside", "a ended", "b with 0 beside", "b ended"]


def test_the_next_trial_is_asked_for_only_when_it_can_begin():
    bench = Bench()
    seen: list[int] = []

    def proposals():
        for name in "abc":
            seen.append(len(bench.running))
            yield attempt(name)

    attempt_each(bench, proposals())

    assert seen == [0, 1, 1]


def test_what_is_in_the_book_is_not_done_again():
    bench = Bench()

    attempt_each(bench, [attempt("known"), attempt("a")])

    assert bench.events == ["a with 0 beside", "a ended"]


def test_an_interruption_ends_all_that_is_under_way_and_begins_nothing():
    bench = Bench(stops_after=1)

    attempt_each(bench, [attempt("a"), attempt("b"), attempt("c"), attempt("d")])

    assert bench.events == [
        "a with 0 beside",
        "b with 1 beside",
        "b ended",
        "a cancelled",
    ]


@pytest.mark.parametrize(("rows", "price"), [(100, 10.0), (20_000, 20.0)])
def test_the_price_of_several_trials_is_shared_where_cores_are(rows, price):
    names = [attempt(name).candidate for name in "ab"]

    assert side_by_side(Bench(), names, rows) == price
