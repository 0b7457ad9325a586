from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from headstart.records import Crossover, StartCurve, StartPoint
from headstart.reporting import answer, charts, terminal
from headstart.reporting.page import page
from headstart.reporting.sections.starts import starts
from headstart.reporting.wording import DASH

SCORES = {
    "Direct": (0.70, 0.70, 0.70),
    "FineTune": (0.62, 0.78, 0.86),
    "Transfer": (0.72, 0.76, 0.77),
    "Scratch": (0.40, 0.55, 0.74),
    "linear": (0.60, 0.66, 0.69),
}
SIZES = (71, 213, 640)


def curve(name, scores, sizes=SIZES, **fields):
    points = tuple(
        StartPoint(
            rows=rows,
            score=score,
            interval=(score - 0.03, score + 0.03),
            draws=3,
            candidate=f"{name.lower()}.best",
            spread="draws",
            **fields,
        )
        for rows, score in zip(sizes, scores, strict=False)
    )
    is_floor = name == "linear"
    return StartCurve(
        start=None if is_floor else name, floor=name if is_floor else None, points=points
    )


def crossing(below, above, labels):
    return Crossover(
        between=(below, above),
        labels=labels,
        interval=(labels / 1.5, labels * 1.5),
        below=below,
        above=above,
        because=f"below about {labels} labels `{below}` is better, above it `{above}`",
    )


@pytest.fixture
def drawn(classes):
    decided = replace(
        classes.verdict,
        curves=tuple(curve(name, scores) for name, scores in SCORES.items()),
        crossovers=(
            crossing("Transfer", "FineTune", 150.0),
            crossing("Direct", "Scratch", 500.0),
            Crossover(between=("Direct", "Transfer"), because="cannot tell: chance"),
            Crossover(between=("FineTune", "Scratch"), because="cannot tell: chance"),
        ),
        by_labels="At your 800 labels start from FineTune (`finetune.best`).",
    )
    return replace(classes, verdict=decided)


def test_only_where_the_best_start_changes_is_a_turn(drawn):
    (turn,) = answer.turns(drawn.verdict)

    assert turn.between == ("Transfer", "FineTune")


def test_the_direction_of_the_metric_tells_which_curve_is_on_top(drawn):
    assert answer.turns(replace(drawn.verdict, direction="down")) == []


def test_every_curve_has_its_name_and_last_score_at_its_end(drawn):
    picture = str(starts(drawn).chart)

    for name, scores in SCORES.items():
        said = f"{name} {scores[-1]:.3f}" if name != "linear" else "floor: linear 0.690"
        assert f">{said}</text>" in picture


def test_names_at_the_ends_do_not_stand_on_each_other(drawn):
    picture = str(starts(drawn).chart)

    downs = sorted(float(y) for y in re.findall(r'y="([\d.]+)" class="end', picture))
    assert len(downs) == 5
    assert all(later - sooner >= 15.9 for sooner, later in pairwise(downs))


def test_a_start_looks_the_same_in_every_run(drawn):
    alone = replace(
        drawn, verdict=replace(drawn.verdict, curves=drawn.verdict.curves[2:3], crossovers=())
    )

    assert 'class="curve s2"' in str(starts(drawn).chart)
    assert 'class="curve s2"' in str(starts(alone).chart)


def test_a_turn_is_shaded_as_wide_as_its_interval_and_said_below(drawn):
    picture = str(starts(drawn).chart)

    ((left, width),) = re.findall(r'<rect x="([\d.]+)%" y="0" width="([\d.]+)%"', picture)
    across = charts.starts._across(SIZES, answer.turns(drawn.verdict))
    assert float(left) == pytest.approx(across.percent(100), abs=0.01)
    assert float(left) + float(width) == pytest.approx(across.percent(225), abs=0.02)
    assert f"Transfer → FineTune at 100 {DASH} 225 labels" in picture


def test_a_turn_beyond_what_was_tried_widens_the_axis_and_says_so(drawn):
    later = replace(
        drawn,
        verdict=replace(drawn.verdict, crossovers=(crossing("FineTune", "Transfer", 1500.0),)),
    )

    assert "not tried" in str(starts(later).chart)
    assert "not tried" not in str(starts(drawn).chart)


def test_what_the_clock_cut_short_is_hollow(drawn):
    cut = curve("FineTune", SCORES["FineTune"], is_cut=True)
    found = replace(drawn, verdict=replace(drawn.verdict, curves=(cut,), crossovers=()))

    assert 'class="hollow s0"' in str(starts(found).chart)
    assert "A hollow mark: the clock ended a training there." in page(found)


def test_the_page_has_the_picture_the_advice_and_what_cannot_be_told(drawn):
    text = page(drawn)

    assert "Which start, for how many labels" in text
    assert "At your 800 labels start from FineTune (<code>finetune.best</code>)." in text
    assert "Direct and Transfer; FineTune and Scratch: cannot tell: chance" in text
    assert "below about 500.0 labels" in text


def test_one_number_of_labels_is_no_picture(drawn, classes):
    once = tuple(curve(name, scores[:1]) for name, scores in SCORES.items())

    assert starts(replace(drawn, verdict=replace(drawn.verdict, curves=once))) is None
    assert starts(classes) is None
    assert terminal.starts(classes, 100) == ""


def test_the_terminal_has_a_line_for_each_start_and_says_what_is_settled(drawn):
    lines = terminal.starts(drawn, 120).splitlines()

    assert lines[0].split() == ["accuracy", "by", "labels", "71", "213", "640", "best"]
    assert lines[2].split() == ["FineTune", "0.620", "0.780", "0.860", "finetune.best"]
    assert lines[5].split() == ["floor", "linear", "0.600", "0.660", "0.690"]
    assert lines[6].strip().startswith("below about 500.0 labels `Direct` is better")
    assert len(lines) == 7  # what would change the answer stands below the verdict
    assert "below about 150.0 labels `Transfer`" in terminal.verdict(drawn, 120)
    assert terminal.starts(drawn, 120) in terminal.summary(drawn, 120)


def test_a_start_that_did_not_reach_a_rung_leaves_its_place_empty(drawn):
    short = (curve("FineTune", (0.62, 0.78)), curve("linear", SCORES["linear"]))

    lines = terminal.starts(
        replace(drawn, verdict=replace(drawn.verdict, curves=short, crossovers=())), 120
    ).splitlines()

    assert lines[1].split() == ["FineTune", "0.620", "0.780", "finetune.best"]


def test_worlds_count_steps(world):
    found = replace(
        world, verdict=replace(world.verdict, curves=(curve("Scratch", (20.0, 80.0, 400.0)),))
    )

    assert "Which start, for how many steps" in page(found)
    assert terminal.starts(found, 120).startswith(" return by steps")


def test_a_torn_run_draws_what_it_has(interrupted):
    found = replace(interrupted, start_curves=(curve("FineTune", SCORES["FineTune"]),))

    assert starts(found).advice == ""
    assert "FineTune 0.860" in page(found)
