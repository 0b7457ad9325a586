"""Before and after, as people read it."""

from dataclasses import replace

from headstart.records.adjusted import Adjusted, Attempted, OnLocked, Side
from headstart.reporting.changed import changed

OLD = Side(candidate="lightgbm", score=0.841, interval=(0.82, 0.86), cost=1.2)
NEW = replace(
    OLD, candidate="lightgbm.search-07", score=0.862, test=0.87, test_interval=(0.84, 0.9)
)
WON = Attempted(
    action="search",
    candidate="lightgbm.search-07",
    because="the search over settings",
    ending="adopted",
    draws=6,
    gain=0.021,
    interval=(0.01, 0.03),
    better=0.99,
    worth=0.95,
)
LATE = Attempted(action="enlarge", candidate="lightgbm.enlarged", because="", ending="no time")
FOUND = Adjusted(
    run="run-1",
    adopted="lightgbm.search-07",
    metric="accuracy",
    direction="up",
    region=0.003,
    draws=6,
    before=replace(OLD, test=0.85, test_interval=(0.82, 0.88)),
    after=NEW,
    tried=(WON, LATE),
    searched=14,
    because="it is better.",
    test=OnLocked(gain=0.02, interval=(-0.001, 0.04), looks=2),
)


def test_both_models_stand_beside_each_other_with_their_locked_scores():
    said = changed(FOUND, "run-1-adjusted", 100)

    before, after = (line for line in said.splitlines() if line.strip()[:6] in ("before", "after "))
    assert "0.841" in before
    assert "0.850" in before
    assert "0.862" in after
    assert "0.870" in after
    assert "the second look at these rows" in " ".join(said.split())
    assert "headstart predict run-1-adjusted" in said


def test_a_third_look_at_the_locked_rows_is_told_with_what_it_costs():
    third = replace(FOUND, test=OnLocked(gain=0.02, interval=(-0.001, 0.04), looks=3))

    said = " ".join(changed(third, "run-1-adjusted-2", 100).split())

    assert "the third look at these rows, and the interval allows for it" in said


def test_what_had_no_time_is_a_line_too():
    said = changed(FOUND, "run-1-adjusted", 100)

    assert "no time" in next(line for line in said.splitlines() if "enlarged" in line)


def test_where_nothing_won_the_old_run_is_the_one_to_use():
    kept = replace(
        FOUND,
        adopted=None,
        after=None,
        test=None,
        before=OLD,
        tried=(replace(WON, ending="left behind"),),
    )

    said = changed(kept, "run-1-adjusted", 100)

    assert said.startswith("Nothing was adopted")
    assert "run-1 stays as it was" in said
    assert "headstart predict" not in said


def test_no_line_is_wider_than_the_terminal():
    assert max(map(len, changed(FOUND, "run-1-adjusted", 120).splitlines())) <= 120
