"""Each finding has its evidence and its action, and a healthy run has none."""

from dataclasses import replace

import pytest

from headstart.evaluation.diagnosis import diagnose
from headstart.evaluation.symptoms import Symptoms
from headstart.records import MoreLabels, Scratch, Standing, Task, Verdict
from headstart.records.diagnosis import Suspect

TASK = Task(kind="classification", targets=("y",), classes=(("no", "yes"),), metric="accuracy")
WRONG = Suspect(row=3, target="y", given="no", likelier="yes", chance=0.02)


def standing(name, score):
    return Standing(
        candidate=name,
        family=name,
        start=Scratch(),
        score=score,
        interval=(score - 0.03, score + 0.03),
        cost=1.0,
        draws=3,
    )


def verdict(score=0.85, floor=0.6, **more):
    winner = standing("lightgbm", score)
    return Verdict(
        winner=winner,
        confidence="clear",
        tied=(),
        floor=standing("linear", floor),
        metric="accuracy",
        direction="up",
        deep_worth_it=True,
        probability_best=0.95,
        region=0.003,
        because="",
        **more,
    )


HEALTHY = Symptoms(
    task=TASK,
    verdict=verdict(),
    rows=800,
    shares={"no": 0.5, "yes": 0.5},
    training_score=0.88,
    test_score=0.84,
    temperature=1.1,
    draws=(0.84, 0.85, 0.86),
    by_rows=0.012,
    seconds=300.0,
    asked=800,
)
RISING = MoreLabels(labels=500, gain=0.006, interval=(0.001, 0.011))


def kinds(symptoms):
    return [each.kind for each in diagnose(symptoms).findings]


def test_a_healthy_run_has_no_finding():
    assert kinds(HEALTHY) == []


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"verdict": verdict(more_labels=RISING)}, "too_few_labels"),
        ({"short": ("feedforward",)}, "short_of_time"),
        ({"training_score": 1.0}, "over_fit"),
        ({"verdict": verdict(score=0.61), "training_score": 0.62, "test_score": 0.6}, "under_fit"),
        ({"suspects": (WRONG,) * 40}, "label_noise"),
        ({"shares": {"no": 0.95, "yes": 0.05}}, "imbalance"),
        ({"draws": (0.7, 0.85, 0.95)}, "unstable"),
        ({"temperature": 2.0}, "uncalibrated"),
        ({"test_score": 0.7, "training_score": None}, "shift"),
        ({"leaks": ("`closed_on` is filled in for `yes` only.",)}, "leak"),
    ],
)
def test_each_symptom_is_found_and_answered(changes, kind):
    found = diagnose(replace(HEALTHY, **changes))

    assert [each.kind for each in found.findings] == [kind]
    assert [each.answers for each in found.actions] == [kind]
    assert found.findings[0].evidence


def test_what_has_a_known_gain_comes_first():
    found = diagnose(
        replace(
            HEALTHY,
            verdict=verdict(more_labels=RISING),
            leaks=("a leak.",),
            test_score=0.7,
            training_score=None,
        )
    )

    assert found.actions[0].gain == 0.006
    assert [each.gain for each in found.actions[1:]] == [None, None]


def test_a_curve_that_may_have_ended_promises_nothing():
    flat = replace(RISING, interval=(-0.002, 0.011))

    assert kinds(replace(HEALTHY, verdict=verdict(more_labels=flat))) == []


def test_errors_are_judged_by_their_own_direction():
    task = Task(kind="regression", targets=("y",), metric="rmse")
    worse = replace(
        verdict(score=2.0, floor=5.0),
        metric="rmse",
        direction="down",
        winner=replace(standing("lightgbm", 2.0), interval=(1.9, 2.1)),
    )
    symptoms = replace(HEALTHY, task=task, verdict=worse, shares={}, training_score=1.8)

    assert kinds(replace(symptoms, test_score=2.05)) == []
    assert kinds(replace(symptoms, test_score=2.6)) == ["shift"]
    assert kinds(replace(symptoms, training_score=0.2, test_score=2.0)) == ["over_fit"]


def test_a_class_that_accuracy_does_not_miss_is_named():
    blind = replace(HEALTHY, recognised={"no": (700, 0.98), "yes": (100, 0.04)})

    (found,) = [each for each in diagnose(blind).findings if each.kind == "wrong_metric"]

    assert found.evidence == "`yes` is recognised in 4% of 100 rows, unseen by accuracy"
    few = replace(HEALTHY, recognised={"no": (700, 0.98), "yes": (10, 0.0)})
    assert "wrong_metric" not in kinds(few)
    fair = replace(blind, verdict=replace(blind.verdict, metric="balanced_accuracy"))
    assert "wrong_metric" not in kinds(fair)


def test_a_mean_of_squares_that_a_few_rows_decide_is_told():
    squares = replace(
        HEALTHY,
        task=replace(TASK, kind="regression", classes=(), metric="rmse"),
        verdict=replace(
            HEALTHY.verdict, metric="rmse", direction="down", floor=standing("linear", 2.0)
        ),
        shares={},
        tail=0.62,
    )

    assert "wrong_metric" in kinds(squares)
    assert "wrong_metric" not in kinds(replace(squares, tail=0.2))


def test_few_draws_are_a_shortness_of_time():
    few = replace(HEALTHY, verdict=verdict())
    few = replace(few, verdict=replace(few.verdict, winner=replace(few.verdict.winner, draws=2)))

    (found,) = [each for each in diagnose(few).findings if each.kind == "short_of_time"]
    (action,) = [each for each in diagnose(few).actions if each.answers == "short_of_time"]

    assert "there was time for 2 draws" in found.evidence
    assert action.do == "fit again with --minutes 15"
    assert action.apply is None
    in_steps = diagnose(replace(few, seconds=None)).actions
    assert "fit again with more --steps" in [each.do for each in in_steps]
