"""What to do next, as the verdict says it."""

from dataclasses import replace

from headstart.records.diagnosis import Action
from headstart.reporting import terminal
from headstart.reporting.page import page
from headstart.reporting.steps import gain, next_steps

LABELS = Action(
    answers="too_few_labels",
    do="label 500 more",
    because="the curve goes on rising",
    cost="500 labels",
    gain=0.012,
    interval=(-0.001, 0.018),
)
SEARCH = Action(
    answers=None,
    do="search other settings: adjust --apply",
    because="tuned defaults suit most data, not all",
    cost="minutes",
    apply="search",
)
DISTRUST = Action(
    answers="label_noise",
    do="look at the rows listed",
    because="models are sure of another label",
    cost="40 rows",
    apply="distrust",
    only=True,
)


def test_a_step_says_what_it_brings_where_that_was_measured():
    said = next_steps([LABELS, SEARCH])

    assert said[0] == (
        "label 500 more (about 0.012 better (90 %: 0.000 to 0.018)); the curve goes on rising"
    )
    assert said[1].startswith("search other settings: adjust --apply; tuned")
    assert gain(SEARCH) == ""


def test_what_a_person_has_to_judge_stands_behind_what_can_be_tried():
    said = next_steps([DISTRUST, SEARCH, LABELS, replace(SEARCH, do="one more")])

    assert [each.partition(" ")[0] for each in said] == ["search", "label", "one"]


def test_terminal_and_page_end_with_what_to_do_next(classes):
    findings = replace(classes, next_steps=(LABELS, SEARCH))

    shown = terminal.verdict(findings, 100)

    assert "what to do next" in shown
    assert "label 500 more" in shown
    assert "What to do next" in page(findings)
    assert "search other settings" in page(findings)
    assert "what to do next" not in terminal.verdict(classes, 100)


def test_going_deep_is_judged_in_words_in_the_terminal_too(classes, tie):
    assert "Going deep is not worth it here" in " ".join(terminal.verdict(tie, 100).split())
    assert "Going deep" not in terminal.verdict(classes, 100)


def test_the_page_names_the_level_of_each_interval(classes):
    scored = page(classes)
    unscored = page(replace(classes, test=None))

    assert scored.count("90 % interval</th>") == 2  # of the score, and of what columns are worth
    assert scored.count("95 % interval</th>") == 1  # of the leaderboard
    assert unscored.count("95 % interval</th>") == 2
    assert "nineteen times out of twenty" in unscored
