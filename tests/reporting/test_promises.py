"""What a model's answers come with is said in plain words, and only what it has."""

from dataclasses import replace

import pytest

from headstart.delivery import Adjustment
from headstart.delivery.adjustment import Sureness
from headstart.records import Direct, Scratch, Task
from headstart.reporting.charts import score_by_answered
from headstart.reporting.findings import AnsweredPoint
from headstart.reporting.model_card import model_card
from headstart.reporting.page import page
from headstart.reporting.promises import promises
from headstart.reporting.terminal import verdict

LABELS = Task(
    kind="classification", targets=("ill",), classes=(("no", "yes"),), metric="f1", positive="yes"
)
NUMBERS = Task(kind="regression", targets=("price",), metric="rmse")
STEP = ((0.0, 1.0), (0.1, 0.9))
KNOWN = Sureness(shares=(0.0, 0.2), thresholds=(0.5, 0.6), scores=(0.80, 0.90), rows=500)


def said(adjustment, task=LABELS, start=None, **rest):
    return " | ".join(promises(adjustment, task, start or Scratch(), **rest))


@pytest.mark.parametrize(
    ("temperature", "how"),
    [(2.0, "too much"), (0.5, "too little"), (1.05, "about as much as came true")],
)
def test_a_temperature_is_said_with_what_it_repaired(temperature, how):
    text = said(Adjustment(temperature=temperature, sets=((0.1, 0.1),)), rows=1234)

    assert "on 1,234 rows that the model had not seen" in text
    assert how in text


def test_steps_are_said_to_have_been_chosen_by_measure():
    text = said(Adjustment(steps=((STEP,),), sets=((0.1, 0.1),)))

    assert "monotone steps" in text
    assert "log loss is lower" in text


def test_a_threshold_is_said_as_a_probability():
    text = said(Adjustment(class_weights=((1.0, 4.0),), sets=((0.1, 0.1),)))

    assert "`yes` is said from a probability of 0.20 on" in text
    assert "serves f1 better" in text


def test_many_labels_name_the_heaviest():
    task = replace(LABELS, classes=(("a", "b", "c"),), metric="balanced_accuracy")

    text = said(Adjustment(class_weights=((1.0, 2.5, 7.0),), sets=((0.1,) * 3,)), task)

    assert text.index("c x 7") < text.index("b x 2.5")


def test_direct_is_said_to_be_as_it_is():
    text = said(Adjustment(sets=((0.1, 0.1),)), start=Direct(checkpoints=("a",)))

    assert "the checkpoint's own, not calibrated" in text


def test_too_few_rows_promise_nothing_and_say_so():
    assert "too few rows to calibrate" in said(Adjustment())
    assert "too few rows to learn intervals" in said(Adjustment(), NUMBERS)


def test_a_band_is_said_to_be_even_or_to_grow():
    even = said(Adjustment(band=((-1.0, 2.0),)), NUMBERS)
    grows = said(Adjustment(band=((-1.0, 1.0),), difficulty=(((0.0, 9.0), (1.0, 5.0)),)), NUMBERS)

    assert "equally wide everywhere" in even
    assert "1.00" in even
    assert "2.00" in even
    assert "wider where errors are larger" in grows


def test_what_tells_how_new_a_row_is_is_named_or_said_to_be_absent():
    known = Adjustment(sets=((0.1, 0.1),))

    assert "`novelty` says how far a row is" in said(known, tells_novelty=True)
    assert "(`novelty`) cannot be told" in said(known)


def test_the_gain_of_leaving_rows_stands_second():
    found = promises(Adjustment(sets=((0.1, 0.1),), sureness=KNOWN), LABELS, Scratch())

    assert "right with 85 %, all of them with 80 %" in found[1]


def test_worlds_promise_nothing():
    assert promises(Adjustment(), Task(kind="control", metric="return"), Scratch()) == ()


def test_page_card_and_terminal_say_the_same(classes):
    text = "`yes` is said from a probability of 0.21 on"
    points = tuple(AnsweredPoint(answered=1 - k / 10, score=0.8 + k / 100) for k in range(9))
    found = replace(classes, promises=(text, "second", "third"), answered=points)

    drawn, card, shown = page(found), model_card(found), verdict(found, 120)

    assert "<code>yes</code> is said from a probability of 0.21 on" in drawn
    assert "share of rows answered" in drawn
    assert "is said from a probability of 0.21 on" in card
    assert "third" in card
    assert text in shown
    assert "third" not in shown


def test_numbers_are_drawn_as_errors(numbers):
    points = (AnsweredPoint(answered=1.0, score=4.0), AnsweredPoint(answered=0.5, score=2.0))

    assert "mean error against the share" in page(
        replace(numbers, answered=points, promises=("a",))
    )


def test_the_line_runs_from_the_surest_rows_to_all_of_them():
    points = [AnsweredPoint(answered=a, score=s) for a, s in ((1.0, 0.8), (0.5, 0.9))]

    drawn = str(score_by_answered(points, "share right"))

    assert 'points="50.00,' in drawn
    assert "100% answered: 0.800" in drawn.replace(" %", "%")
