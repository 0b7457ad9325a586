"""What to do next, as the verdict says it."""

from dataclasses import replace

from headstart.records.diagnosis import Action
from headstart.records.verdict import StartCurve, StartPoint
from headstart.reporting import answer, terminal
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


def test_a_step_says_what_it_brings_or_why_it_may_pay():
    said = next_steps([LABELS, DISTRUST], "run-1")

    assert said == [
        "label 500 more: about 0.012 better (90 %: 0.000 to 0.018)",
        "look at the rows listed (models are sure of another label)",
    ]
    assert gain(DISTRUST) == ""
    assert gain(replace(LABELS, interval=(2.6e-4, 0.018))).endswith("(90 %: 0.000 to 0.018)")


def test_what_is_tried_without_a_person_is_one_command():
    blend = replace(SEARCH, do="average it with what comes near: adjust --apply", apply="blend")

    said = next_steps([DISTRUST, LABELS, SEARCH, blend], "my run")

    assert said[1] == (
        "`headstart adjust 'my run' --apply`: search other settings; "
        "average it with what comes near"
    )
    assert [each.partition(" ")[0] for each in said] == ["label", "`headstart", "look"]


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


def curve(*scores, cut=False):
    points = tuple(
        StartPoint(
            rows=100 * 3**place,
            score=score,
            interval=None,
            draws=1,
            candidate="lightgbm",
            is_cut=cut,
        )
        for place, score in enumerate(scores)
    )
    return StartCurve(start="Scratch", points=points)


def test_where_no_curve_tells_what_labels_bring_the_last_step_is_told(classes):
    def said(*scores, **rest):
        decided = replace(classes.verdict, curves=(curve(*scores, **rest),), more_labels=None)
        return answer.more_labels(decided, "labels")

    (rising,) = said(0.7, 0.8, 0.87)
    assert rising.startswith(
        "the last step, from 300 to 900 labels, brought 7.0 points of accuracy"
    )
    assert said(0.7, 0.87, 0.8701) == [
        "the last step, from 300 to 900 labels, brought no measurable gain"
    ]
    assert said(0.7, 0.8, cut=True) == said(0.8) == []
