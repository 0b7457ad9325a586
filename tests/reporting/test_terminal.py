from __future__ import annotations

from dataclasses import replace

import pytest

from headstart.records import Refusal, Trap
from headstart.reporting import terminal
from headstart.reporting.findings import CurvePoint
from headstart.reporting.layout import Paint, cells
from headstart.reporting.listing import columns
from headstart.reporting.wording import DASH


def test_the_header_names_rows_columns_target_and_traps(classes):
    text = terminal.header(classes.profile, 140)

    lines = text.splitlines()

    assert lines[0].startswith("census.csv: 32,687 rows · 12 without a label · 3 unreadable")
    assert "4 input columns (2 numbers, 2 categories)" in text
    assert "income (2 classes, 76 % <=50K)" in text
    assert "  ! 3,204 rows appear twice; copies stay on one side" in lines
    assert lines[-2].startswith("  locked for the end: about 6,537 rows · split: grouped:household")


def test_the_header_says_how_the_source_was_read(classes):
    profile = replace(classes.profile, notes=("in `price` a comma is the decimal mark",))

    lines = terminal.header(profile, 140).splitlines()

    assert lines[1] == "  note: in `price` a comma is the decimal mark"


def test_the_header_names_a_source_as_it_would_be_typed_here(classes, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    profile = replace(classes.profile, source=str(tmp_path / "census.csv"))

    assert terminal.header(profile, 140).startswith("census.csv: 32,687 rows")


def test_few_columns_are_named_one_by_one(classes):
    few = replace(classes.profile, columns=classes.profile.columns[:2])

    text = terminal.header(few, 140)

    assert "age (number), education (category) → income" in text


def test_the_header_says_where_rows_are_judged_when_none_are_locked(classes):
    small = replace(classes.profile, rows=120)

    assert "nothing is locked" in terminal.header(small, 140)
    assert "judged at the end on later.csv" in terminal.header(small, 140, test="later.csv")


def test_a_world_is_described_by_what_is_seen_and_done(world):
    text = terminal.header(world.profile, 140)

    assert "2 actions · at most 500 steps an episode · solved at 475" in text
    assert "random play earns 22.3 (20 episodes)" in text


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_line_of_prose_is_wider_than_the_terminal(classes, width):
    text = "\n".join(
        [
            terminal.header(classes.profile, width),
            terminal.candidates(classes.candidates, classes.refusals, width),
            terminal.verdict(classes, width),
        ]
    )

    assert max(cells(line) for line in text.splitlines()) <= width


def test_candidates_show_start_estimate_and_reason(classes):
    lines = terminal.candidates(classes.candidates[-2:], classes.refusals, 140).splitlines()

    assert lines[0].split() == ["Candidates", "start", "estimate", "because"]
    assert lines[1].split()[:6] == ["linear", "Scratch", "(floor)", "0.5", "s", "26,150"]
    assert lines[0].index("because") == lines[1].index("26,150")
    assert "Refused" in lines
    assert "random_policy" in lines[4]
    assert lines[4].endswith("it acts in worlds, and this is a table")


def test_families_refused_for_one_reason_share_a_line(classes):
    refused = [
        Refusal(family="xgboost", start="Direct", because="none are published"),
        Refusal(family="lightgbm", start="Direct", because="none are published"),
        Refusal(family="lstm", because="no series here"),
        Refusal(family="linear", start="Transfer", because="no parts"),
    ]

    whole = terminal.candidates(classes.candidates[:1], refused, 140).splitlines()

    assert [line.split("   ")[0].strip() for line in whole[3:]] == [
        "lstm",
        "xgboost, lightgbm",
        "linear",
    ]


def test_a_brief_list_gives_the_first_reason_and_counts_the_refusals_it_leaves_out(classes):
    one = replace(classes.candidates[0], because="300 rows: trees; useless columns: trees")
    refused = [Refusal(family=f"family {k}", because=f"reason {k}") for k in range(9)]

    lines = terminal.candidates([one], refused, 140, brief=True).splitlines()

    assert lines[1].endswith("   300 rows: trees")
    assert lines[-2].endswith("reason 3")
    assert lines[-1] == "  (+5 more; headstart advise lists them)"


def test_rungs_show_mean_scores_and_the_number_of_draws():
    points = [
        CurvePoint(candidate="lstm", rows=100, draw=0, score=0.6),
        CurvePoint(candidate="lstm", rows=100, draw=1, score=0.7),
        CurvePoint(candidate="linear", rows=100, draw=0, score=0.5),
        CurvePoint(candidate="linear", rows=300, draw=0, score=0.55),
    ]

    lines = terminal.rungs(points, "accuracy", "rows").splitlines()

    assert lines[0].split() == ["accuracy", "100", "rows", "300", "rows"]
    assert lines[1].split() == ["lstm", "0.650", "←", "2", "draws"]
    assert lines[2].split() == ["linear", "0.500", "0.550"]


def test_a_score_of_a_training_that_the_budget_ended_bears_a_star():
    points = [
        CurvePoint(candidate="lightgbm", rows=100, draw=0, score=0.80),
        CurvePoint(candidate="lightgbm", rows=900, draw=0, score=0.71, is_cut=True),
    ]

    said = terminal.rungs(points, "accuracy", "rows")

    assert "0.710*" in said
    assert "0.800*" not in said
    assert said.endswith("* the budget ended a training there")
    assert "*" not in terminal.rungs(points[:1], "accuracy", "rows")


def test_the_verdict_says_what_to_use_how_good_and_how_sure(classes):
    text = terminal.verdict(classes, 140)

    assert text.startswith("Use: lightgbm, trained from scratch")
    assert "(clear: better than anything cheaper with probability 0.96)" in text
    score = f"0.869  (90 %: 0.862 {DASH} 0.876)   floor linear 0.840 (0.832 {DASH} 0.848)"
    assert f"accuracy on 6,537 locked rows    {score}" in text
    assert "9.8 s to train, 0.02 ms a row, 2 MB" in text
    assert "Scratch and Transfer: cannot tell: one rung in common" in text


def test_a_long_label_keeps_its_distance_from_the_score(classes):
    found = replace(classes, test=replace(classes.test, rows_from="cross_validated"))

    text = terminal.verdict(found, 140)

    assert "accuracy on 26,150 rows, cross-validated  0.869" in text


def test_a_tie_names_those_that_cannot_be_told_apart(tie):
    text = terminal.verdict(tie, 140)

    assert text.startswith("Use: linear, a simple floor")
    assert "(tie: not measurably worse than lightgbm, catboost, and the cheapest of them)" in text
    assert "floor linear" not in text


def test_without_a_verdict_the_best_so_far_is_named(interrupted):
    text = terminal.summary(interrupted, 140)

    assert "Too early for a verdict. Best so far: random_forest, accuracy 0.822" in text
    assert "headstart predict run-1 new.csv" in text


def test_failed_trials_are_told_with_their_reason(classes):
    text = terminal.summary(classes, 140)

    assert "! tabular_transformer failed: it needed more than 2,900 MB" in text


def test_a_folder_with_a_space_is_quoted_in_the_next_commands(classes):
    text = terminal.next_commands(replace(classes, run="my run; rm -rf x"))

    assert "headstart report 'my run; rm -rf x'" in text


def test_escape_sequences_from_the_data_never_reach_the_terminal(classes):
    evil = replace(
        classes.profile,
        source="a\x1b[2J.csv",
        traps=(Trap(kind="leak", because="\x1b]0;owned\x07 leaks"),),
    )

    text = terminal.header(evil, 140)

    assert "\x1b" not in text
    assert "\x07" not in text
    assert "a\\x1b[2J.csv" in text


def test_colour_appears_only_where_it_is_asked_for(classes):
    plain = terminal.verdict(classes, 140)
    bright = terminal.verdict(classes, 140, paint=Paint(enabled=True))

    assert "\x1b" not in plain
    assert bright.startswith("\x1b[1mUse: lightgbm")


def test_a_profile_lists_its_columns_and_cuts_a_long_list(classes):
    wide = replace(classes.profile, columns=classes.profile.columns * 20)

    text = columns(wide, 100)

    assert text.splitlines()[0].split() == [
        *("Columns", "reading", "role", "missing", "distinct", "values"),
    ]
    assert "occupation  category  input       6 %        14" in text
    assert text.endswith("(+40 more)")
