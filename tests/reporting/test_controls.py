"""What the weights were worth is said everywhere the verdict is, and control arms nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headstart.records import ControlArm, Controls, FineTune, Trial
from headstart.reporting import answer, contract, terminal
from headstart.reporting.page import page
from headstart.reporting.wording import start_phrase
from headstart.verbs.closing import curves_of
from headstart.verbs.doubting import never_at_full_size

SAID = "The weights that `bert.tune` began from are worth +0.1: what they know helped."
ARM = ControlArm(
    control="random",
    candidate="bert.tune.random",
    score=0.8,
    gain=0.1,
    interval=(0.08, 0.12),
    probability=0.99,
    draws=5,
)
WORTH = Controls(candidate="bert.tune", score=0.9, arms=(ARM,), caused_by="knowledge", because=SAID)
TRIAL = Trial(
    id="0099",
    candidate="bert.tune.shuffled",
    family="text_encoder",
    start=FineTune(checkpoints=("bert",), control="shuffled"),
    status="finished",
    rows=1_000,
    draw=0,
    score=0.999,
    loss=0.001,
)


@pytest.fixture
def controlled(classes):
    verdict = replace(classes.verdict, controls=WORTH, because=f"{classes.verdict.because} {SAID}")
    return replace(classes, verdict=verdict)


def test_the_terminal_says_what_the_weights_were_worth(controlled, classes):
    text = " ".join(terminal.verdict(controlled, 400).split())

    assert f"pretrained weights {SAID}" in text
    assert "pretrained weights" not in terminal.verdict(classes, 400)


def test_the_page_says_it_once_and_apart_from_why_the_winner_won(controlled):
    html = page(controlled)

    assert "What the pretrained weights were worth" in html
    assert html.count("what they know helped") == 1
    assert answer.why(controlled.verdict) + f" {SAID}" == controlled.verdict.because


def test_json_has_the_arms_and_marks_their_trials(controlled):
    document = contract.fit_document(replace(controlled, trials=(TRIAL,)))

    told = document["verdict"]["controls"]
    assert (told["caused_by"], told["arms"][0]["gain"]) == ("knowledge", 0.1)
    assert document["trials"][0]["control"] == "shuffled"
    assert contract.fit_document(controlled)["trials"][0]["control"] is None


def test_a_control_is_no_point_of_a_curve_nor_the_best_so_far(controlled):
    assert curves_of((TRIAL,)) == ()
    assert answer.best_so_far(replace(controlled, trials=(TRIAL,))) is None


def test_a_control_that_the_clock_cut_is_no_reason_for_doubt(controlled):
    cut = replace(TRIAL, status="failed", cause="timeout", score=None)

    assert never_at_full_size((cut,), controlled.verdict, ()) == []


def test_its_start_is_called_a_control():
    assert start_phrase(TRIAL.start) == "FineTune all, control: shuffled weights"
