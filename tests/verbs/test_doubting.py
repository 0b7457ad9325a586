"""What a verdict says against itself."""

from dataclasses import replace

from headstart.records import Profile, Scratch, Standing, Task, Trial, Verdict
from headstart.records.diagnosis import Diagnosis, Finding
from headstart.reporting.findings import Findings, LockedResult, RowCounts
from headstart.verbs.budget import budget_of
from headstart.verbs.doubting import doubts_of

TASK = Task(kind="classification", targets=("y",), classes=(("a", "b"),), metric="accuracy")
PLACE = Standing(
    candidate="lightgbm",
    family="lightgbm",
    start=Scratch(),
    score=0.8,
    interval=(0.7, 0.9),
    draws=5,
)
VERDICT = Verdict(
    winner=PLACE,
    confidence="clear",
    tied=(),
    floor=replace(PLACE, candidate="linear", family="linear", score=0.7),
    metric="accuracy",
    direction="up",
    deep_worth_it=True,
    probability_best=0.95,
    region=0.004,
    because="it is better.",
)
FOUND = Findings(
    run="run",
    source="t.csv",
    task=TASK,
    command="headstart fit t.csv",
    budget=budget_of(1.0, None),
    profile=Profile(source="t.csv", rows=1_000, columns=(), task=TASK),
    verdict=VERDICT,
    test=LockedResult(score=0.8, interval=(0.75, 0.85)),
    rows=RowCounts(train=800, test=200),
)


def test_a_third_look_is_told_with_the_rows_and_what_it_costs():
    third = replace(FOUND, test=replace(FOUND.test, looks=3))

    (said,) = doubts_of(third, None, is_refit=True)

    assert said.startswith("this is the third look at the same 200 locked rows")
    assert "all 3 hold together with 90 %" in said


def test_locked_rows_that_were_not_answered_are_told_with_the_reason():
    (said,) = doubts_of(
        replace(FOUND, test=None), None, is_refit=True, unscored=["it took over 9 s"]
    )

    assert said.startswith("the model did not answer the 200 locked rows (it took over 9 s)")


def test_a_first_look_and_cross_validation_are_no_doubt():
    crossed = replace(FOUND.test, looks=0, rows_from="cross_validated")

    assert doubts_of(FOUND, None, is_refit=True) == ()
    assert doubts_of(replace(FOUND, test=crossed), None, is_refit=True) == ()


def test_labels_that_look_wrong_are_counted_and_one_is_told_where_they_are_listed():
    noisy = Finding(kind="label_noise", evidence="61 of 800 labels look wrong (8 %)")
    quiet = Finding(kind="over_fit", evidence="accuracy 1.0 on rows it learned from")

    said = doubts_of(FOUND, Diagnosis(findings=(noisy, quiet), actions=()), is_refit=True)

    assert len(said) == 1
    assert said[0].startswith("61 of 800 labels look wrong (8 %), or these columns do")
    assert "`headstart adjust` lists them" in said[0]


def test_few_draws_and_a_model_that_did_not_learn_from_all_rows_are_doubts():
    few = replace(FOUND, verdict=replace(VERDICT, winner=replace(PLACE, draws=1)))

    said = doubts_of(few, None, is_refit=False)

    assert "there was time for 1 draw only" in said
    assert any("a trial's model is delivered" in each for each in said)


def test_a_comparison_on_a_part_of_the_rows_is_a_doubt():
    trial = Trial(
        id="0001",
        candidate="lightgbm",
        family="lightgbm",
        start=Scratch(),
        status="finished",
        rows=213,
        draw=0,
    )

    (said,) = doubts_of(replace(FOUND, trials=(trial,)), None, is_refit=True)

    assert said.startswith("the candidates were compared after 213 of 800 rows had taught them")
    assert doubts_of(replace(FOUND, trials=(replace(trial, rows=640),)), None, is_refit=True) == ()
